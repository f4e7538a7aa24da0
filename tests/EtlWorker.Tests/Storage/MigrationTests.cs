using EtlWorker.Schema;
using EtlWorker.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Xunit;

namespace EtlWorker.Tests.Storage;

/// <summary>
/// <c>dotnet tool restore &amp;&amp; dotnet ef migrations script --idempotent --no-transactions --project src/EtlWorker.Schema
/// --output src/EtlWorker.Schema/migrate.sql</c> makes the script anew.
/// </summary>
public sealed class MigrationTests
{
    [Fact]
    public void The_migrations_have_all_that_the_model_has()
    {
        using var context = new EtlDbContextFactory().CreateDbContext([]);

        Assert.False(context.Database.HasPendingModelChanges());
    }

    [Fact]
    public void The_embedded_script_is_the_one_that_the_migrations_make()
    {
        using var context = new EtlDbContextFactory().CreateDbContext([]);
        var script = context.GetService<IMigrator>()
            .GenerateScript(options: MigrationsSqlGenerationOptions.Idempotent | MigrationsSqlGenerationOptions.NoTransactions);

        Assert.Equal(Normalised(script), Normalised(EmbeddedSql.Get("Storage/migrate")));
    }

    [Fact]
    public void The_newest_migration_is_known_by_name()
    {
        using var context = new EtlDbContextFactory().CreateDbContext([]);

        Assert.Equal(SchemaMigration.Newest, context.Database.GetMigrations().Last());
    }

    private static string Normalised(string script) => script.TrimStart('\ufeff').ReplaceLineEndings("\n").TrimEnd();
}
