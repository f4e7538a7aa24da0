using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace EtlWorker.Schema.Migrations
{
    /// <inheritdoc />
    public partial class RetriedRuns : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<int>(
                name: "first_attempt",
                schema: "etl",
                table: "run",
                type: "integer",
                nullable: false,
                defaultValue: 1);

            migrationBuilder.AddCheckConstraint(
                name: "run_first_attempt",
                schema: "etl",
                table: "run",
                sql: "first_attempt between 1 and attempt + 1");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropCheckConstraint(
                name: "run_first_attempt",
                schema: "etl",
                table: "run");

            migrationBuilder.DropColumn(
                name: "first_attempt",
                schema: "etl",
                table: "run");
        }
    }
}
