using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace EtlWorker.Schema.Migrations
{
    /// <inheritdoc />
    public partial class ManualDrops : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "drop_identity",
                schema: "etl",
                table: "drop");

            migrationBuilder.DropCheckConstraint(
                name: "drop_source",
                schema: "etl",
                table: "drop");

            migrationBuilder.CreateIndex(
                name: "drop_identity",
                schema: "etl",
                table: "drop",
                columns: new[] { "pipeline", "bucket", "key", "version_id" },
                unique: true,
                filter: "version_id is not null and source <> 'manual'");

            migrationBuilder.AddCheckConstraint(
                name: "drop_source",
                schema: "etl",
                table: "drop",
                sql: "source in ('s3', 'sns', 'eventbridge', 'listing', 'manual')");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "drop_identity",
                schema: "etl",
                table: "drop");

            migrationBuilder.DropCheckConstraint(
                name: "drop_source",
                schema: "etl",
                table: "drop");

            migrationBuilder.CreateIndex(
                name: "drop_identity",
                schema: "etl",
                table: "drop",
                columns: new[] { "pipeline", "bucket", "key", "version_id" },
                unique: true,
                filter: "version_id is not null");

            migrationBuilder.AddCheckConstraint(
                name: "drop_source",
                schema: "etl",
                table: "drop",
                sql: "source in ('s3', 'sns', 'eventbridge', 'listing')");
        }
    }
}
