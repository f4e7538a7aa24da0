using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.EntityFrameworkCore.Migrations.Operations;
using Npgsql.EntityFrameworkCore.PostgreSQL.Infrastructure.Internal;
using Npgsql.EntityFrameworkCore.PostgreSQL.Migrations;

namespace EtlWorker.Schema.Warehouse;

/// <summary>
/// Makes a table only where there is none of its name: the ledger's own migrations made retail's tables in every database once, and such
/// a database keeps them as they are.
/// </summary>
#pragma warning disable EF1001 // The constructor of the generator that is derived from needs the provider's options.
internal sealed class WarehouseSqlGenerator(MigrationsSqlGeneratorDependencies dependencies, INpgsqlSingletonOptions options)
#pragma warning restore EF1001
    : NpgsqlMigrationsSqlGenerator(dependencies, options)
{
    protected override void Generate(
        CreateTableOperation operation, IModel? model, MigrationCommandListBuilder builder, bool terminate = true)
    {
        var names = Dependencies.SqlGenerationHelper;
        builder.Append("CREATE TABLE IF NOT EXISTS ").Append(names.DelimitIdentifier(operation.Name, operation.Schema)).AppendLine(" (");
        using (builder.Indent())
        {
            CreateTableColumns(operation, model, builder);
            CreateTableConstraints(operation, model, builder);
            builder.AppendLine();
        }

        builder.Append(")");
        if (terminate)
        {
            builder.AppendLine(names.StatementTerminator);
            EndStatement(builder);
        }
    }
}
