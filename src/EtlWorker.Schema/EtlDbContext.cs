using Microsoft.EntityFrameworkCore;

namespace EtlWorker.Schema;

/// <summary>
/// The ledger's model, from which its migrations are made. The service never creates it: <c>migrate</c> runs the script that was
/// generated from the migrations, and the ledger is read and written by embedded SQL.
/// </summary>
internal sealed class EtlDbContext(DbContextOptions<EtlDbContext> options) : DbContext(options)
{
    public static DbContextOptions<EtlDbContext> OptionsFor(string connectionString) =>
        new DbContextOptionsBuilder<EtlDbContext>()
            .UseNpgsql(connectionString, npgsql => npgsql.MigrationsHistoryTable("migration", "etl").SetPostgresVersion(14, 0))
            .UseSnakeCaseNamingConvention()
            .Options;

    protected override void OnModelCreating(ModelBuilder modelBuilder) => LedgerModel.Describe(modelBuilder);
}
