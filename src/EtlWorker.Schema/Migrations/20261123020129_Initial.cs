using System;
using System.Text.Json;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql.EntityFrameworkCore.PostgreSQL.Metadata;

#nullable disable

namespace EtlWorker.Schema.Migrations
{
    /// <inheritdoc />
    public partial class Initial : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.EnsureSchema(
                name: "analytics");

            migrationBuilder.EnsureSchema(
                name: "etl");

            migrationBuilder.EnsureSchema(
                name: "if_common");

            migrationBuilder.EnsureSchema(
                name: "staging");

            migrationBuilder.CreateTable(
                name: "agg_public_holiday",
                schema: "analytics",
                columns: table => new
                {
                    ingestion_date = table.Column<DateOnly>(type: "date", nullable: false),
                    tt_order_hol_jan = table.Column<int>(type: "integer", nullable: false),
                    tt_order_hol_feb = table.Column<int>(type: "integer", nullable: false),
                    tt_order_hol_mar = table.Column<int>(type: "integer", nullable: false),
                    tt_order_hol_apr = table.Column<int>(type: "integer", nullable: false),
                    tt_order_hol_may = table.Column<int>(type: "integer", nullable: false),
                    tt_order_hol_jun = table.Column<int>(type: "integer", nullable: false),
                    tt_order_hol_jul = table.Column<int>(type: "integer", nullable: false),
                    tt_order_hol_aug = table.Column<int>(type: "integer", nullable: false),
                    tt_order_hol_sep = table.Column<int>(type: "integer", nullable: false),
                    tt_order_hol_oct = table.Column<int>(type: "integer", nullable: false),
                    tt_order_hol_nov = table.Column<int>(type: "integer", nullable: false),
                    tt_order_hol_dec = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("agg_public_holiday_pk", x => x.ingestion_date);
                });

            migrationBuilder.CreateTable(
                name: "agg_shipments",
                schema: "analytics",
                columns: table => new
                {
                    ingestion_date = table.Column<DateOnly>(type: "date", nullable: false),
                    tt_late_shipments = table.Column<int>(type: "integer", nullable: false),
                    tt_undelivered_items = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("agg_shipments_pk", x => x.ingestion_date);
                });

            migrationBuilder.CreateTable(
                name: "best_performing_product",
                schema: "analytics",
                columns: table => new
                {
                    ingestion_date = table.Column<DateOnly>(type: "date", nullable: false),
                    product_name = table.Column<string>(type: "text", nullable: false),
                    most_ordered_day = table.Column<DateOnly>(type: "date", nullable: false),
                    is_public_holiday = table.Column<bool>(type: "boolean", nullable: false),
                    tt_review_points = table.Column<int>(type: "integer", nullable: false),
                    pct_one_star_review = table.Column<double>(type: "double precision", nullable: false),
                    pct_two_star_review = table.Column<double>(type: "double precision", nullable: false),
                    pct_three_star_review = table.Column<double>(type: "double precision", nullable: false),
                    pct_four_star_review = table.Column<double>(type: "double precision", nullable: false),
                    pct_five_star_review = table.Column<double>(type: "double precision", nullable: false),
                    pct_early_shipments = table.Column<double>(type: "double precision", nullable: false),
                    pct_late_shipments = table.Column<double>(type: "double precision", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("best_performing_product_pk", x => x.ingestion_date);
                });

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
                name: "dim_addresses",
                schema: "if_common",
                columns: table => new
                {
                    postal_code = table.Column<string>(type: "text", nullable: false),
                    country = table.Column<string>(type: "text", nullable: false),
                    region = table.Column<string>(type: "text", nullable: false),
                    state = table.Column<string>(type: "text", nullable: false),
                    address = table.Column<string>(type: "text", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("dim_addresses_pk", x => x.postal_code);
                });

            migrationBuilder.CreateTable(
                name: "dim_customers",
                schema: "if_common",
                columns: table => new
                {
                    customer_id = table.Column<int>(type: "integer", nullable: false),
                    customer_name = table.Column<string>(type: "text", nullable: false),
                    postal_code = table.Column<string>(type: "text", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("dim_customers_pk", x => x.customer_id);
                });

            migrationBuilder.CreateTable(
                name: "dim_dates",
                schema: "if_common",
                columns: table => new
                {
                    calendar_dt = table.Column<DateOnly>(type: "date", nullable: false),
                    year_num = table.Column<int>(type: "integer", nullable: false),
                    month_of_the_year_num = table.Column<int>(type: "integer", nullable: false),
                    day_of_the_month_num = table.Column<int>(type: "integer", nullable: false),
                    day_of_the_week_num = table.Column<int>(type: "integer", nullable: false),
                    working_day = table.Column<bool>(type: "boolean", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("dim_dates_pk", x => x.calendar_dt);
                });

            migrationBuilder.CreateTable(
                name: "dim_products",
                schema: "if_common",
                columns: table => new
                {
                    product_id = table.Column<int>(type: "integer", nullable: false),
                    product_category = table.Column<string>(type: "text", nullable: false),
                    product_name = table.Column<string>(type: "text", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("dim_products_pk", x => x.product_id);
                });

            migrationBuilder.CreateTable(
                name: "orders",
                schema: "staging",
                columns: table => new
                {
                    order_id = table.Column<int>(type: "integer", nullable: false),
                    customer_id = table.Column<int>(type: "integer", nullable: false),
                    order_date = table.Column<DateOnly>(type: "date", nullable: false),
                    product_id = table.Column<int>(type: "integer", nullable: false),
                    unit_price = table.Column<int>(type: "integer", nullable: false),
                    quantity = table.Column<int>(type: "integer", nullable: false),
                    total_price = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("orders_pk", x => x.order_id);
                });

            migrationBuilder.CreateTable(
                name: "reviews",
                schema: "staging",
                columns: table => new
                {
                    review = table.Column<int>(type: "integer", nullable: false),
                    product_id = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                });

            migrationBuilder.CreateTable(
                name: "shipment_deliveries",
                schema: "staging",
                columns: table => new
                {
                    shipment_id = table.Column<int>(type: "integer", nullable: false),
                    order_id = table.Column<int>(type: "integer", nullable: false),
                    shipment_date = table.Column<DateOnly>(type: "date", nullable: true),
                    delivery_date = table.Column<DateOnly>(type: "date", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("shipment_deliveries_pk", x => x.shipment_id);
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
            migrationBuilder.Sql(MigrationSql.Get("fill_dim_dates"));
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql("drop view etl.latest_run; drop view etl.run_history;");

            migrationBuilder.DropTable(
                name: "agg_public_holiday",
                schema: "analytics");

            migrationBuilder.DropTable(
                name: "agg_shipments",
                schema: "analytics");

            migrationBuilder.DropTable(
                name: "best_performing_product",
                schema: "analytics");

            migrationBuilder.DropTable(
                name: "dim_addresses",
                schema: "if_common");

            migrationBuilder.DropTable(
                name: "dim_customers",
                schema: "if_common");

            migrationBuilder.DropTable(
                name: "dim_dates",
                schema: "if_common");

            migrationBuilder.DropTable(
                name: "dim_products",
                schema: "if_common");

            migrationBuilder.DropTable(
                name: "notification",
                schema: "etl");

            migrationBuilder.DropTable(
                name: "orders",
                schema: "staging");

            migrationBuilder.DropTable(
                name: "reject",
                schema: "etl");

            migrationBuilder.DropTable(
                name: "reviews",
                schema: "staging");

            migrationBuilder.DropTable(
                name: "run_feed",
                schema: "etl");

            migrationBuilder.DropTable(
                name: "run_stage",
                schema: "etl");

            migrationBuilder.DropTable(
                name: "shipment_deliveries",
                schema: "staging");

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
