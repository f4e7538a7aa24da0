using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Migrations;

namespace EtlWorker.Schema.Warehouse;

/// <summary>
/// The model of retail's tables. Its migrations are made into the SQL files of that pipeline (<see cref="WarehouseScripts"/>), which
/// <c>etlworker migrate</c> applies as those of every pipeline; the history is the ledger's, and EF Core's own is not used.
/// </summary>
internal sealed class WarehouseDbContext(DbContextOptions<WarehouseDbContext> options) : DbContext(options)
{
    public static DbContextOptions<WarehouseDbContext> OptionsFor(string connectionString) =>
        new DbContextOptionsBuilder<WarehouseDbContext>()
            .UseNpgsql(connectionString, npgsql => npgsql.SetPostgresVersion(14, 0))
            .UseSnakeCaseNamingConvention()
            .ReplaceService<IMigrationsSqlGenerator, WarehouseSqlGenerator>()
            .Options;

    protected override void OnModelCreating(ModelBuilder modelBuilder) => WarehouseModel.Describe(modelBuilder);
}
