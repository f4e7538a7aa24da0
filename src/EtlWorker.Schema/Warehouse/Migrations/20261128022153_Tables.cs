using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace EtlWorker.Schema.Warehouse.Migrations
{
    /// <inheritdoc />
    public partial class Tables : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.EnsureSchema(
                name: "analytics");

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

            migrationBuilder.Sql(MigrationSql.Get("fill_dim_dates"));
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
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
                name: "orders",
                schema: "staging");

            migrationBuilder.DropTable(
                name: "reviews",
                schema: "staging");

            migrationBuilder.DropTable(
                name: "shipment_deliveries",
                schema: "staging");
        }
    }
}
