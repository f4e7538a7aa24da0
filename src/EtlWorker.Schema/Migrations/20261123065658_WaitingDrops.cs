using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace EtlWorker.Schema.Migrations
{
    /// <inheritdoc />
    public partial class WaitingDrops : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "drop_pending",
                schema: "etl",
                table: "drop");

            migrationBuilder.CreateIndex(
                name: "drop_of_feed",
                schema: "etl",
                table: "drop",
                columns: new[] { "pipeline", "feed", "event_time" },
                filter: "feed is not null");

            migrationBuilder.CreateIndex(
                name: "drop_waiting",
                schema: "etl",
                table: "drop",
                column: "pipeline",
                filter: "disposition in ('pending', 'held', 'failed')");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "drop_of_feed",
                schema: "etl",
                table: "drop");

            migrationBuilder.DropIndex(
                name: "drop_waiting",
                schema: "etl",
                table: "drop");

            migrationBuilder.CreateIndex(
                name: "drop_pending",
                schema: "etl",
                table: "drop",
                column: "pipeline",
                filter: "disposition = 'pending'");
        }
    }
}
