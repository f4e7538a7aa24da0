using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace EtlWorker.Schema.Migrations
{
    /// <inheritdoc />
    public partial class WatchedDeadlines : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropPrimaryKey(
                name: "run_feed_pk",
                schema: "etl",
                table: "run_feed");

            migrationBuilder.DropCheckConstraint(
                name: "drop_reason",
                schema: "etl",
                table: "drop");

            migrationBuilder.AddPrimaryKey(
                name: "run_feed_pk",
                schema: "etl",
                table: "run_feed",
                columns: new[] { "run_id", "attempt", "drop_id" });

            migrationBuilder.CreateTable(
                name: "deadline_watch",
                schema: "etl",
                columns: table => new
                {
                    pipeline = table.Column<string>(type: "text", nullable: false),
                    judged_until = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("deadline_watch_pk", x => x.pipeline);
                });

            migrationBuilder.AddCheckConstraint(
                name: "drop_reason",
                schema: "etl",
                table: "drop",
                sql: "disposition not in ('held', 'superseded', 'ignored', 'gone') or reason is not null");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "deadline_watch",
                schema: "etl");

            migrationBuilder.DropPrimaryKey(
                name: "run_feed_pk",
                schema: "etl",
                table: "run_feed");

            migrationBuilder.DropCheckConstraint(
                name: "drop_reason",
                schema: "etl",
                table: "drop");

            migrationBuilder.AddPrimaryKey(
                name: "run_feed_pk",
                schema: "etl",
                table: "run_feed",
                columns: new[] { "run_id", "attempt", "feed" });

            migrationBuilder.AddCheckConstraint(
                name: "drop_reason",
                schema: "etl",
                table: "drop",
                sql: "disposition not in ('held', 'superseded', 'ignored') or reason is not null");
        }
    }
}
