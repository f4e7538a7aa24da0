using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace EtlWorker.Schema.Migrations
{
    /// <inheritdoc />
    public partial class RejectedFiles : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<long>(
                name: "drop_id",
                schema: "etl",
                table: "reject",
                type: "bigint",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "rejected_file",
                schema: "etl",
                columns: table => new
                {
                    run_id = table.Column<long>(type: "bigint", nullable: false),
                    attempt = table.Column<int>(type: "integer", nullable: false),
                    drop_id = table.Column<long>(type: "bigint", nullable: false),
                    feed = table.Column<string>(type: "text", nullable: false),
                    header = table.Column<string>(type: "text", nullable: false),
                    field_count = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("rejected_file_pk", x => new { x.run_id, x.attempt, x.drop_id });
                    table.ForeignKey(
                        name: "rejected_file_drop_fk",
                        column: x => x.drop_id,
                        principalSchema: "etl",
                        principalTable: "drop",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "rejected_file_run_fk",
                        column: x => x.run_id,
                        principalSchema: "etl",
                        principalTable: "run",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "ix_rejected_file_drop_id",
                schema: "etl",
                table: "rejected_file",
                column: "drop_id");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "rejected_file",
                schema: "etl");

            migrationBuilder.DropColumn(
                name: "drop_id",
                schema: "etl",
                table: "reject");
        }
    }
}
