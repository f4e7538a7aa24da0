using EtlWorker.Domain.Runs;
using Npgsql;

namespace EtlWorker.Storage;

/// <summary>
/// Brings the database up to date by the idempotent script that was generated from the EF Core migrations, in one
/// transaction and under one lock, so that it may run twice and from two workers at once.
/// </summary>
internal sealed class SchemaMigration(Database database)
{
    /// <summary>On this side of the connection as on the server.</summary>
    private const int Unlimited = 0;

    /// <returns>The migrations that this call applied; empty when there was nothing to do.</returns>
    public async Task<IReadOnlyList<string>> ApplyAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using (var limits = connection.Embedded("Storage/migration_limits"))
        {
            await limits.ExecuteNonQueryAsync(cancellationToken);
        }

        await using (var migrationLock = connection.Embedded("Storage/lock_migration"))
        {
            migrationLock.CommandTimeout = Unlimited;
            await migrationLock.ExecuteNonQueryAsync(cancellationToken);
        }

        var before = await AppliedAsync(connection, cancellationToken);
        await using (var script = connection.Embedded("Storage/migrate"))
        {
            script.CommandTimeout = Unlimited;
            await script.ExecuteNonQueryAsync(cancellationToken);
        }

        var after = await AppliedAsync(connection, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return [.. after.Except(before)];
    }

    /// <summary>The newest migration that the embedded script knows; a test compares it with the migrations.</summary>
    public const string Newest = "20261128112429_ManualDrops";

    /// <exception cref="RunFailedException">The database lacks this version's newest migration.</exception>
    public static async Task RequireAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var applied = await AppliedAsync(connection, cancellationToken);
        if (!applied.Contains(Newest))
        {
            throw new RunFailedException(
                applied.Count == 0 ? "the database has no ledger yet" : $"the database lacks migration {Newest} of this version",
                "Run `etlworker migrate`; a service that waits for it continues by itself then.");
        }
    }

    /// <summary>The migrations that the database has; none where there is no ledger.</summary>
    public static async Task<IReadOnlyList<string>> AppliedAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using (var exists = connection.Embedded("Storage/has_ledger"))
        {
            if (await exists.ExecuteScalarAsync(cancellationToken) is not true)
            {
                return [];
            }
        }

        await using var applied = connection.Embedded("Storage/applied_migrations");
        await using var reader = await applied.ExecuteReaderAsync(cancellationToken);
        var migrations = new List<string>();
        while (await reader.ReadAsync(cancellationToken))
        {
            migrations.Add(reader.Get<string>(0));
        }

        return migrations;
    }
}
