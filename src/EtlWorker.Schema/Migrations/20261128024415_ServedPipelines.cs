using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace EtlWorker.Schema.Migrations
{
    /// <inheritdoc />
    public partial class ServedPipelines : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
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
                name: "pipeline",
                schema: "etl");

            migrationBuilder.DropTable(
                name: "refused_definition",
                schema: "etl");
        }
    }
}
