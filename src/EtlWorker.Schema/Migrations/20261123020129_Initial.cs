using System;
using System.Text.Json;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql.EntityFrameworkCore.PostgreSQL.Metadata;

#nullable disable

namespace EtlWorker.Schema.Migrations
{
    /// <summary>
    /// It made the tables of retail as well, until they became migrations of that pipeline (Warehouse/): a database that was made by it has
    /// them, and keeps them.
    /// </summary>
    public partial class Initial : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.EnsureSchema(
                name: "etl");

            migrationBuilder.CreateTable(
                name: "definition",
                schema: "etl",
                columns: table => new
                {
                    hash = table.Column<string>(type: "text", nullable: false),
                    pipeline = table.Column<string>(type: "text", nullable: false),
                    document = table.Column<string>(type: "text", nullable: false),
                    sql = table.Column<JsonDocument>(type: "jsonb", nullable: false),
                    first_used_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("definition_pk", x => x.hash);
                });

            migrationBuilder.CreateTable(
                name: "unreadable_message",
                schema: "etl",
                columns: table => new
                {
                    queue = table.Column<string>(type: "text", nullable: false),
                    message_id = table.Column<string>(type: "text", nullable: false),
                    body = table.Column<string>(type: "text", nullable: false),
                    reason = table.Column<string>(type: "text", nullable: false),
                    receive_count = table.Column<int>(type: "integer", nullable: false),
                    first_received_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    last_received_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("unreadable_message_pk", x => new { x.queue, x.message_id });
                });

            migrationBuilder.CreateTable(
                name: "run",
                schema: "etl",
                columns: table => new
                {
                    id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityAlwaysColumn),
                    pipeline = table.Column<string>(type: "text", nullable: false),
                    run_date = table.Column<DateOnly>(type: "date", nullable: false),
                    as_of = table.Column<DateOnly>(type: "date", nullable: false),
                    time_zone = table.Column<string>(type: "text", nullable: false),
                    origin = table.Column<string>(type: "text", nullable: false),
                    state = table.Column<string>(type: "text", nullable: false),
                    attempt = table.Column<int>(type: "integer", nullable: false),
                    definition_hash = table.Column<string>(type: "text", nullable: false),
                    worker = table.Column<string>(type: "text", nullable: false),
                    error = table.Column<string>(type: "text", nullable: true),
                    reason = table.Column<string>(type: "text", nullable: true),
                    warnings = table.Column<string[]>(type: "text[]", nullable: false, defaultValueSql: "'{}'"),
                    claimed_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    committed_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    ended_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("run_pk", x => x.id);
                    table.CheckConstraint("run_attempt", "attempt >= 1");
                    table.CheckConstraint("run_committed_at", "state not in ('committed', 'succeeded') or committed_at is not null");
                    table.CheckConstraint("run_ended_at", "(state in ('succeeded', 'failed')) = (ended_at is not null)");
                    table.CheckConstraint("run_error", "state <> 'failed' or error is not null");
                    table.CheckConstraint("run_origin", "origin in ('event', 'manual', 'backfill')");
                    table.CheckConstraint("run_state", "state in ('claimed', 'committed', 'succeeded', 'failed')");
                    table.ForeignKey(
                        name: "run_definition_fk",
                        column: x => x.definition_hash,
                        principalSchema: "etl",
                        principalTable: "definition",
                        principalColumn: "hash",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "drop",
                schema: "etl",
                columns: table => new
                {
                    id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityAlwaysColumn),
                    pipeline = table.Column<string>(type: "text", nullable: false),
                    feed = table.Column<string>(type: "text", nullable: true),
                    bucket = table.Column<string>(type: "text", nullable: false),
                    key = table.Column<string>(type: "text", nullable: false),
                    version_id = table.Column<string>(type: "text", nullable: true),
                    etag = table.Column<string>(type: "text", nullable: true),
                    size = table.Column<long>(type: "bigint", nullable: false),
                    sequencer = table.Column<string>(type: "text", nullable: true),
                    event_time = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    source = table.Column<string>(type: "text", nullable: false),
                    received_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    disposition = table.Column<string>(type: "text", nullable: false),
                    reason = table.Column<string>(type: "text", nullable: true),
                    run_id = table.Column<long>(type: "bigint", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("drop_pk", x => x.id);
                    table.CheckConstraint("drop_disposition", "disposition in ('pending', 'claimed', 'loaded', 'failed', 'held', 'superseded', 'ignored', 'gone')");
                    table.CheckConstraint("drop_feed", "disposition = 'ignored' or feed is not null");
                    table.CheckConstraint("drop_reason", "disposition not in ('held', 'superseded', 'ignored') or reason is not null");
                    table.CheckConstraint("drop_run", "disposition not in ('claimed', 'loaded', 'failed') or run_id is not null");
                    table.CheckConstraint("drop_source", "source in ('s3', 'sns', 'eventbridge', 'listing')");
                    table.ForeignKey(
                        name: "drop_run_fk",
                        column: x => x.run_id,
                        principalSchema: "etl",
                        principalTable: "run",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "notification",
                schema: "etl",
                columns: table => new
                {
                    id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityAlwaysColumn),
                    pipeline = table.Column<string>(type: "text", nullable: false),
                    run_id = table.Column<long>(type: "bigint", nullable: true),
                    run_date = table.Column<DateOnly>(type: "date", nullable: true),
                    kind = table.Column<string>(type: "text", nullable: false),
                    subject = table.Column<string>(type: "text", nullable: false),
                    body = table.Column<string>(type: "text", nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    attempts = table.Column<int>(type: "integer", nullable: false, defaultValue: 0),
                    last_error = table.Column<string>(type: "text", nullable: true),
                    message_id = table.Column<string>(type: "text", nullable: true),
                    sent_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("notification_pk", x => x.id);
                    table.ForeignKey(
                        name: "notification_run_fk",
                        column: x => x.run_id,
                        principalSchema: "etl",
                        principalTable: "run",
                        principalColumn: "id");
                });

            migrationBuilder.CreateTable(
                name: "reject",
                schema: "etl",
                columns: table => new
                {
                    id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityAlwaysColumn),
                    run_id = table.Column<long>(type: "bigint", nullable: false),
                    attempt = table.Column<int>(type: "integer", nullable: false),
                    feed = table.Column<string>(type: "text", nullable: false),
                    line_number = table.Column<long>(type: "bigint", nullable: false),
                    column_name = table.Column<string>(type: "text", nullable: true),
                    code = table.Column<string>(type: "text", nullable: false),
                    reason = table.Column<string>(type: "text", nullable: false),
                    raw_text = table.Column<string>(type: "text", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("reject_pk", x => x.id);
                    table.ForeignKey(
                        name: "reject_run_fk",
                        column: x => x.run_id,
                        principalSchema: "etl",
                        principalTable: "run",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "run_stage",
                schema: "etl",
                columns: table => new
                {
                    run_id = table.Column<long>(type: "bigint", nullable: false),
                    attempt = table.Column<int>(type: "integer", nullable: false),
                    stage = table.Column<string>(type: "text", nullable: false),
                    started_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    ended_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("run_stage_pk", x => new { x.run_id, x.attempt, x.stage });
                    table.CheckConstraint("run_stage_stage", "stage in ('plan', 'load', 'check', 'analyse', 'commit', 'export', 'notify')");
                    table.ForeignKey(
                        name: "run_stage_run_fk",
                        column: x => x.run_id,
                        principalSchema: "etl",
                        principalTable: "run",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "run_feed",
                schema: "etl",
                columns: table => new
                {
                    run_id = table.Column<long>(type: "bigint", nullable: false),
                    attempt = table.Column<int>(type: "integer", nullable: false),
                    feed = table.Column<string>(type: "text", nullable: false),
                    drop_id = table.Column<long>(type: "bigint", nullable: false),
                    bytes = table.Column<long>(type: "bigint", nullable: false),
                    sha256 = table.Column<string>(type: "text", nullable: false),
                    rows_read = table.Column<long>(type: "bigint", nullable: false),
                    rows_loaded = table.Column<long>(type: "bigint", nullable: false),
                    rows_rejected = table.Column<long>(type: "bigint", nullable: false),
                    seconds = table.Column<double>(type: "double precision", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("run_feed_pk", x => new { x.run_id, x.attempt, x.feed });
                    table.CheckConstraint("run_feed_no_row_vanishes", "rows_read = rows_loaded + rows_rejected");
                    table.ForeignKey(
                        name: "run_feed_drop_fk",
                        column: x => x.drop_id,
                        principalSchema: "etl",
                        principalTable: "drop",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "run_feed_run_fk",
                        column: x => x.run_id,
                        principalSchema: "etl",
                        principalTable: "run",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "drop_identity",
                schema: "etl",
                table: "drop",
                columns: new[] { "pipeline", "bucket", "key", "version_id" },
                unique: true,
                filter: "version_id is not null");

            migrationBuilder.CreateIndex(
                name: "drop_pending",
                schema: "etl",
                table: "drop",
                column: "pipeline",
                filter: "disposition = 'pending'");

            migrationBuilder.CreateIndex(
                name: "drop_without_version",
                schema: "etl",
                table: "drop",
                columns: new[] { "pipeline", "bucket", "key", "etag" });

            migrationBuilder.CreateIndex(
                name: "ix_drop_run_id",
                schema: "etl",
                table: "drop",
                column: "run_id");

            migrationBuilder.CreateIndex(
                name: "ix_notification_run_id",
                schema: "etl",
                table: "notification",
                column: "run_id");

            migrationBuilder.CreateIndex(
                name: "notification_unsent",
                schema: "etl",
                table: "notification",
                column: "pipeline",
                filter: "sent_at is null");

            migrationBuilder.CreateIndex(
                name: "reject_run",
                schema: "etl",
                table: "reject",
                columns: new[] { "run_id", "attempt", "feed" });

            migrationBuilder.CreateIndex(
                name: "ix_run_definition_hash",
                schema: "etl",
                table: "run",
                column: "definition_hash");

            migrationBuilder.CreateIndex(
                name: "run_once_per_date",
                schema: "etl",
                table: "run",
                columns: new[] { "pipeline", "run_date" },
                unique: true,
                filter: "origin = 'event'");

            migrationBuilder.CreateIndex(
                name: "ix_run_feed_drop_id",
                schema: "etl",
                table: "run_feed",
                column: "drop_id");

            migrationBuilder.Sql(MigrationSql.Get("views"));
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql("drop view etl.latest_run; drop view etl.run_history;");

            migrationBuilder.DropTable(
                name: "notification",
                schema: "etl");

            migrationBuilder.DropTable(
                name: "reject",
                schema: "etl");

            migrationBuilder.DropTable(
                name: "run_feed",
                schema: "etl");

            migrationBuilder.DropTable(
                name: "run_stage",
                schema: "etl");

            migrationBuilder.DropTable(
                name: "unreadable_message",
                schema: "etl");

            migrationBuilder.DropTable(
                name: "drop",
                schema: "etl");

            migrationBuilder.DropTable(
                name: "run",
                schema: "etl");

            migrationBuilder.DropTable(
                name: "definition",
                schema: "etl");
        }
    }
}
