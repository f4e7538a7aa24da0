using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace EtlWorker.Schema.Warehouse;

/// <summary>The migrations of retail's tables as SQL files, <c>pipelines/retail/migrations/001_tables.sql</c>, one for each.</summary>
internal static partial class WarehouseScripts
{
    /// <returns>File and text, in the order in which they are applied.</returns>
    public static IReadOnlyList<(string File, string Text)> Of(WarehouseDbContext context)
    {
        var assembly = context.GetService<IMigrationsAssembly>();
        var generator = context.GetService<IMigrationsSqlGenerator>();
        var initializer = context.GetService<IModelRuntimeInitializer>();
        return
        [
            .. assembly.Migrations.Index().Select(numbered =>
            {
                var (id, type) = (numbered.Item.Key, numbered.Item.Value);
                var migration = assembly.CreateMigration(type, context.Database.ProviderName!);
                var model = initializer.Initialize(migration.TargetModel, designTime: true, validationLogger: null);
                var statements = generator.Generate(migration.UpOperations, model, MigrationsSqlGenerationOptions.Script)
                    .Select(command => command.CommandText.ReplaceLineEndings("\n").Trim() + "\n");
                var name = string.Create(CultureInfo.InvariantCulture, $"{numbered.Index + 1:000}_{SnakeCase(id.Split('_', 2)[1])}.sql");
                return (name, $"{Head(id)}\n{string.Join('\n', statements)}");
            }),
        ];
    }

    private static string Head(string id) =>
        $"""
        -- Made from the migration {id} of src/EtlWorker.Schema/Warehouse, by a test (CONTRIBUTING.md): never edited by hand.
        -- What it names without a schema is PostgreSQL's, whatever others have put on the path.
        SET LOCAL search_path = pg_catalog, pg_temp;

        """.ReplaceLineEndings("\n");

    private static string SnakeCase(string name) => Capital().Replace(name, "_$0").ToLowerInvariant();

    [GeneratedRegex("(?<!^)[A-Z]")]
    private static partial Regex Capital();
}
