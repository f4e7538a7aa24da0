using EtlWorker.Definitions;
using EtlWorker.Schema;
using EtlWorker.Schema.Warehouse;
using EtlWorker.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Xunit;

namespace EtlWorker.Tests.Storage;

/// <summary>
/// <c>dotnet tool restore &amp;&amp; dotnet ef migrations script --idempotent --no-transactions --context EtlDbContext
/// --project src/EtlWorker.Schema --output src/EtlWorker.Schema/migrate.sql</c> makes the ledger's script anew.
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

    [Fact]
    public void The_migrations_of_retail_s_tables_have_all_that_their_model_has()
    {
        using var context = new WarehouseDbContextFactory().CreateDbContext([]);

        Assert.False(context.Database.HasPendingModelChanges());
    }

    /// <summary>UPDATE_SNAPSHOTS=1 writes the files.</summary>
    [Fact]
    public void The_migrations_of_the_retail_pipeline_are_those_that_EF_Core_makes_of_its_tables()
    {
        using var context = new WarehouseDbContextFactory().CreateDbContext([]);
        var scripts = WarehouseScripts.Of(context);
        var folder = Path.Combine(Repository.Root, "pipelines", "retail", "migrations");
        if (Environment.GetEnvironmentVariable("UPDATE_SNAPSHOTS") == "1")
        {
            Directory.CreateDirectory(folder);
            foreach (var (file, text) in scripts)
            {
                File.WriteAllText(Path.Combine(folder, file), text);
            }
        }

        var definition = DefinitionFile.Read(Path.Combine(folder, "..", "pipeline.json"));
        Assert.Equal(scripts.Select(script => $"migrations/{script.File}"), definition.Pipeline.Migrations);
        Assert.Equal(scripts.Select(script => script.File), Directory.EnumerateFiles(folder).Select(Path.GetFileName).Order());
        Assert.All(scripts, script => Assert.Equal(script.Text, definition.Sql[$"migrations/{script.File}"]));
    }

    private static string Normalised(string script) => script.TrimStart('\ufeff').ReplaceLineEndings("\n").TrimEnd();
}
