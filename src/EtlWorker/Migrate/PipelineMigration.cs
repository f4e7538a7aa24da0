using System.Collections.Concurrent;
using System.Globalization;
using EtlWorker.Definitions;
using EtlWorker.Domain.Runs;
using EtlWorker.Storage;
using Npgsql;

namespace EtlWorker.Migrate;

/// <summary>
/// Applies the migrations of a pipeline that its database lacks, each in a transaction that also records it: once, whatever the number of
/// workers, and whenever one of them is killed. The file's statements are executed as another role where one is configured; the record is
/// written by the worker's login.
/// </summary>
/// <param name="database">Where.</param>
/// <param name="options">As which role.</param>
/// <param name="worker">Who applies them, for the record.</param>
/// <param name="version">Of this program, for the record.</param>
/// <param name="time">Measures how long ago the service failed of a file.</param>
internal sealed class PipelineMigration(Database database, MigrationOptions options, string worker, string version, TimeProvider time)
{
    /// <summary>
    /// What PostgreSQL refused for good the service tries seldom again: it may have rewritten a table for an hour before it was refused.
    /// </summary>
    private static readonly TimeSpan BetweenTries = TimeSpan.FromHours(1);

    private readonly ConcurrentDictionary<string, (RunFailedException Why, long At)> _refused = new();

    /// <param name="definition">The pipeline's.</param>
    /// <param name="mayWait">Whether it may wait for another migration: not so for the service, which has other pipelines to run.</param>
    /// <param name="cancellationToken">Cancels what is being applied.</param>
    /// <returns>The files that this call applied; empty when there was nothing to do.</returns>
    /// <exception cref="RunFailedException">With file, cause and remedy; what was applied before the file stays.</exception>
    /// <exception cref="FaultException">Another migration is being applied, and it may not wait; or what it changes is in use.</exception>
    public async Task<IReadOnlyList<string>> ApplyAsync(
        LoadedDefinition definition, bool mayWait, CancellationToken cancellationToken)
    {
        if (!mayWait && _refused.TryGetValue(definition.Hash, out var former) && time.GetElapsedTime(former.At) < BetweenTries)
        {
            throw former.Why;
        }

        var applied = new List<string>();
        try
        {
            while (await ApplyNextAsync(definition, mayWait, cancellationToken) is { } file)
            {
                applied.Add(file);
            }
        }
        catch (RunFailedException refused)
        {
            _refused[definition.Hash] = (refused, time.GetTimestamp());
            throw;
        }

        _refused.TryRemove(definition.Hash, out _);
        return applied;
    }

    /// <returns>The file; null where none is left.</returns>
    private async Task<string?> ApplyNextAsync(LoadedDefinition definition, bool mayWait, CancellationToken cancellationToken)
    {
        // A session for each file: whatever it sets ends with it.
        await using var connection = await database.OpenSessionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await LockAsync(connection, mayWait, cancellationToken);
        var state = await MigrationState.ReadAsync(connection, definition, cancellationToken);
        if (state.Faults is [var fault, ..])
        {
            throw new RunFailedException($"pipeline {definition.Pipeline.Name}: {fault.Cause}", fault.Remedy) { IsOfFile = false };
        }

        if (state.Pending is not [var file, ..])
        {
            return null;
        }

        await ChangeAsync(connection, definition, file, cancellationToken);
        await RecordAsync(connection, definition, file, cancellationToken);
        try
        {
            await transaction.CommitAsync(cancellationToken);
        }
        catch (Exception refused) when (ServerError.Of(refused) is { } why)
        {
            throw new RunFailedException(
                $"{NameOf(definition, file)} could not be committed: {why.Description}",
                "Correct the file. Nothing of the file was applied.", refused);
        }

        return file;
    }

    /// <summary>
    /// Another migration may take as long as it takes; not so for a table's lock, behind which everybody else would wait.
    /// </summary>
    private static async Task LockAsync(NpgsqlConnection connection, bool mayWait, CancellationToken cancellationToken)
    {
        await using (var limits = connection.Embedded("Storage/migration_limits"))
        {
            await limits.ExecuteNonQueryAsync(cancellationToken);
        }

        await using var migrationLock = connection.Embedded(mayWait ? "Storage/lock_migration" : "Storage/try_lock_migration");
        migrationLock.CommandTimeout = 0;
        if (await migrationLock.ExecuteScalarAsync(cancellationToken) is false)
        {
            throw new FaultException(new Fault(
                FaultKind.Passing, "another migration is being applied to this database", "It is tried again by itself."));
        }

        // The service's own statements have a limit, for it has other pipelines to run.
        var limit = mayWait ? TimeSpan.Zero : StatementLimit.Of(connection);
        await connection.ExecuteAsync(
            string.Create(
                CultureInfo.InvariantCulture,
                $"set local lock_timeout = '30s'; set local statement_timeout = {(long)limit.TotalMilliseconds}"),
            cancellationToken);
    }

    private async Task ChangeAsync(
        NpgsqlConnection connection, LoadedDefinition definition, string file, CancellationToken cancellationToken)
    {
        if (options.Role is { } role)
        {
            await EnterAsync(connection, role, cancellationToken);
        }

        var subject = NameOf(definition, file);
        await new SearchPath(definition.Pipeline.SearchPath).UseAsync(connection, async () =>
        {
            foreach (var statement in MigrationScript.Of(definition.Sql[file]))
            {
                await AuthoredSql.ChangeAsync(connection, subject, statement.Line, statement.Text, cancellationToken);
            }

            await EndDeferredAsync(connection, subject, cancellationToken);
        }, cancellationToken);
        await connection.ExecuteAsync("reset role", cancellationToken);
    }

    /// <summary>What the file put off to its end is done as its role, and before it is seen what was touched.</summary>
    private static async Task EndDeferredAsync(NpgsqlConnection connection, string subject, CancellationToken cancellationToken)
    {
        try
        {
            await connection.ExecuteAsync("set constraints all immediate", cancellationToken);
        }
        catch (Exception refused) when (ServerError.Of(refused) is { } why)
        {
            throw new RunFailedException(
                $"{subject}: PostgreSQL refused what it put off to its end: {why.Description}",
                "Correct the file. Nothing of the file was applied.", refused)
            { IsOfFile = false };
        }
    }

    /// <summary>Two pipelines may have files of one name.</summary>
    private static string NameOf(LoadedDefinition definition, string file) => $"pipeline {definition.Pipeline.Name}: migration {file}";

    private static async Task EnterAsync(NpgsqlConnection connection, string role, CancellationToken cancellationToken)
    {
        try
        {
            await using var enter = connection.Embedded("Migrate/enter_role", ("role", role));
            await enter.ExecuteNonQueryAsync(cancellationToken);
        }
        catch (Exception refused) when (ServerError.Of(refused) is { } why)
        {
            throw new RunFailedException(
                $"the worker's login cannot act as the role {role} of PIPELINE__MIGRATEAS: {why.Description}",
                "Make the role, and grant it to the worker's login: docs/operations.md, \"The role of the migrations\".", refused);
        }
    }

    private async Task RecordAsync(
        NpgsqlConnection connection, LoadedDefinition definition, string file, CancellationToken cancellationToken)
    {
        await using (var touched = connection.Embedded("Migrate/touched_ledger"))
        {
            if (await touched.ExecuteScalarAsync(cancellationToken) is string table)
            {
                throw new RunFailedException(
                    $"{NameOf(definition, file)} changes the ledger (etl.{table}), which is no table of the pipeline",
                    "Leave that out. Nothing of the file was applied.")
                { IsOfFile = false };
            }
        }

        await using var record = connection.Embedded("Migrate/record_file",
            ("pipeline", definition.Pipeline.Name), ("file", file), ("sha256", definition.Sha256Of(file)), ("worker", worker),
            ("version", version));
        await record.ExecuteNonQueryAsync(cancellationToken);
    }
}
