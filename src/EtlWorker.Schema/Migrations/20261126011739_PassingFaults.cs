using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace EtlWorker.Schema.Migrations
{
    /// <inheritdoc />
    public partial class PassingFaults : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropCheckConstraint(
                name: "drop_disposition",
                schema: "etl",
                table: "drop");

            migrationBuilder.DropCheckConstraint(
                name: "drop_reason",
                schema: "etl",
                table: "drop");

            migrationBuilder.AddColumn<string>(
                name: "former_state",
                schema: "etl",
                table: "run",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "passing_at",
                schema: "etl",
                table: "run",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "passing_point",
                schema: "etl",
                table: "run",
                type: "integer",
                nullable: true);

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "passing_since",
                schema: "etl",
                table: "run",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "retry_ended_at",
                schema: "etl",
                table: "run",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "retry_error",
                schema: "etl",
                table: "run",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "former_disposition",
                schema: "etl",
                table: "drop",
                type: "text",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "worker",
                schema: "etl",
                columns: table => new
                {
                    name = table.Column<string>(type: "text", nullable: false),
                    pipeline = table.Column<string>(type: "text", nullable: false),
                    definition_hash = table.Column<string>(type: "text", nullable: false),
                    version = table.Column<string>(type: "text", nullable: false),
                    started_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    seen_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("worker_pk", x => new { x.name, x.pipeline });
                    table.ForeignKey(
                        name: "worker_definition_fk",
                        column: x => x.definition_hash,
                        principalSchema: "etl",
                        principalTable: "definition",
                        principalColumn: "hash",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.AddCheckConstraint(
                name: "run_former_state",
                schema: "etl",
                table: "run",
                sql: "former_state in ('committed', 'succeeded')");

            migrationBuilder.AddCheckConstraint(
                name: "run_passing",
                schema: "etl",
                table: "run",
                sql: "(passing_since is null) = (passing_at is null)");

            migrationBuilder.AddCheckConstraint(
                name: "run_retry",
                schema: "etl",
                table: "run",
                sql: "(retry_error is null) = (retry_ended_at is null)");

            migrationBuilder.AddCheckConstraint(
                name: "drop_disposition",
                schema: "etl",
                table: "drop",
                sql: "disposition in ('pending', 'claimed', 'loaded', 'failed', 'held', 'superseded', 'ignored', 'gone', 'discarded')");

            migrationBuilder.AddCheckConstraint(
                name: "drop_reason",
                schema: "etl",
                table: "drop",
                sql: "disposition not in ('held', 'superseded', 'ignored', 'gone', 'discarded') or reason is not null");

            migrationBuilder.CreateIndex(
                name: "ix_worker_definition_hash",
                schema: "etl",
                table: "worker",
                column: "definition_hash");

            migrationBuilder.CreateIndex(
                name: "worker_seen",
                schema: "etl",
                table: "worker",
                columns: new[] { "pipeline", "seen_at" });

            migrationBuilder.Sql(MigrationSql.Get("views_with_waiting"));
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql("drop view etl.latest_run; drop view etl.run_history;");
            migrationBuilder.Sql(MigrationSql.Get("views"));

            migrationBuilder.DropTable(
                name: "worker",
                schema: "etl");

            migrationBuilder.DropCheckConstraint(
                name: "run_former_state",
                schema: "etl",
                table: "run");

            migrationBuilder.DropCheckConstraint(
                name: "run_passing",
                schema: "etl",
                table: "run");

            migrationBuilder.DropCheckConstraint(
                name: "run_retry",
                schema: "etl",
                table: "run");

            migrationBuilder.DropCheckConstraint(
                name: "drop_disposition",
                schema: "etl",
                table: "drop");

            migrationBuilder.DropCheckConstraint(
                name: "drop_reason",
                schema: "etl",
                table: "drop");

            migrationBuilder.DropColumn(
                name: "former_state",
                schema: "etl",
                table: "run");

            migrationBuilder.DropColumn(
                name: "passing_at",
                schema: "etl",
                table: "run");

            migrationBuilder.DropColumn(
                name: "passing_point",
                schema: "etl",
                table: "run");

            migrationBuilder.DropColumn(
                name: "passing_since",
                schema: "etl",
                table: "run");

            migrationBuilder.DropColumn(
                name: "retry_ended_at",
                schema: "etl",
                table: "run");

            migrationBuilder.DropColumn(
                name: "retry_error",
                schema: "etl",
                table: "run");

            migrationBuilder.DropColumn(
                name: "former_disposition",
                schema: "etl",
                table: "drop");

            migrationBuilder.AddCheckConstraint(
                name: "drop_disposition",
                schema: "etl",
                table: "drop",
                sql: "disposition in ('pending', 'claimed', 'loaded', 'failed', 'held', 'superseded', 'ignored', 'gone')");

            migrationBuilder.AddCheckConstraint(
                name: "drop_reason",
                schema: "etl",
                table: "drop",
                sql: "disposition not in ('held', 'superseded', 'ignored', 'gone') or reason is not null");
        }
    }
}
