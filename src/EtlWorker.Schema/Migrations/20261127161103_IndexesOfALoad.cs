using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace EtlWorker.Schema.Migrations
{
    /// <inheritdoc />
    public partial class IndexesOfALoad : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "indexes",
                schema: "etl",
                table: "run_feed",
                type: "text",
                nullable: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "indexes",
                schema: "etl",
                table: "run_feed");
        }
    }
}
