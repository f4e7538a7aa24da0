using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace EtlWorker.Schema.Migrations
{
    /// <inheritdoc />
    public partial class PipelinesAndCheckRows : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "check_row",
                schema: "etl",
                columns: table => new
                {
                    run_id = table.Column<long>(type: "bigint", nullable: false),
                    attempt = table.Column<int>(type: "integer", nullable: false),
                    check_name = table.Column<string>(type: "text", nullable: false),
                    row_number = table.Column<int>(type: "integer", nullable: false),
                    content = table.Column<string>(type: "text", nullable: false),
                    is_cut = table.Column<bool>(type: "boolean", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("check_row_pk", x => new { x.run_id, x.attempt, x.check_name, x.row_number });
                    table.ForeignKey(
                        name: "check_row_run_fk",
                        column: x => x.run_id,
                        principalSchema: "etl",
                        principalTable: "run",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "pipeline",
                schema: "etl",
                columns: table => new
                {
                    name = table.Column<string>(type: "text", nullable: false),
                    source = table.Column<string>(type: "text", nullable: false),
                    definition_hash = table.Column<string>(type: "text", nullable: false),
                    taken_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    removed_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pipeline_pk", x => x.name);
                    table.ForeignKey(
                        name: "pipeline_definition_fk",
                        column: x => x.definition_hash,
                        principalSchema: "etl",
                        principalTable: "definition",
                        principalColumn: "hash",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "refused_definition",
                schema: "etl",
                columns: table => new
                {
                    source = table.Column<string>(type: "text", nullable: false),
                    version = table.Column<string>(type: "text", nullable: false),
                    faults = table.Column<string[]>(type: "text[]", nullable: false),
                    refused_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("refused_definition_pk", x => x.source);
                });

            migrationBuilder.CreateTable(
                name: "run_check",
                schema: "etl",
                columns: table => new
                {
                    run_id = table.Column<long>(type: "bigint", nullable: false),
                    attempt = table.Column<int>(type: "integer", nullable: false),
                    check_name = table.Column<string>(type: "text", nullable: false),
                    verdict = table.Column<string>(type: "text", nullable: false),
                    rows_found = table.Column<long>(type: "bigint", nullable: false),
                    rows_of = table.Column<long>(type: "bigint", nullable: true),
                    checked_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("run_check_pk", x => new { x.run_id, x.attempt, x.check_name });
                    table.CheckConstraint("run_check_verdict", "verdict in ('passed', 'warned', 'failed')");
                    table.ForeignKey(
                        name: "run_check_run_fk",
                        column: x => x.run_id,
                        principalSchema: "etl",
                        principalTable: "run",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "ix_pipeline_definition_hash",
                schema: "etl",
                table: "pipeline",
                column: "definition_hash");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "check_row",
                schema: "etl");

            migrationBuilder.DropTable(
                name: "pipeline",
                schema: "etl");

            migrationBuilder.DropTable(
                name: "refused_definition",
                schema: "etl");

            migrationBuilder.DropTable(
                name: "run_check",
                schema: "etl");
        }
    }
}
