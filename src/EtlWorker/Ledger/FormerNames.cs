using EtlWorker.Definitions;
using EtlWorker.Domain.Pipelines;
using EtlWorker.Storage;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace EtlWorker.Ledger;

/// <summary>
/// Pipelines and feeds that have another name than before: what the ledger has of them is carried over where the definition says the former
/// name, and what would be left behind is reported where it does not.
/// </summary>
internal sealed partial class FormerNames(Pipeline pipeline, ILogger<FormerNames> logger) : IFeedNames
{
    /// <summary>The definition with which it was last looked.</summary>
    private string? _feedsSeen;

    private PipelineDefinition Definition => pipeline.Definition.Pipeline;

    /// <summary>Before anything is recorded under the pipeline's name.</summary>
    /// <exception cref="RenameRefusedException">Nothing may be recorded under this name yet; with what to do.</exception>
    public async Task CarryPipelineAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        if (Definition.FormerName is { } former)
        {
            await CarryPipelineAsync(connection, former, cancellationToken);
        }
        else
        {
            await LookForFormerAsync(connection, cancellationToken);
        }
    }

    public async Task CarryFeedsAsync(ILedgerSession session, CancellationToken cancellationToken)
    {
        var connection = session.Connection;
        var hash = pipeline.Definition.Hash;
        if (_feedsSeen == hash)
        {
            return;
        }

        var renamed = Definition.Feeds.Where(feed => feed.FormerName is not null).ToList();
        if (renamed.Count > 0)
        {
            await using var carry = connection.Embedded("Ledger/rename_feeds", ("pipeline", pipeline.Name),
                ("formers", renamed.Select(feed => feed.FormerName!).ToArray()), ("names", renamed.Select(feed => feed.Name).ToArray()));
            if (await carry.ExecuteNonQueryAsync(cancellationToken) is > 0 and var drops)
            {
                LogFeedsCarried(string.Join(", ", renamed.Select(feed => $"{feed.FormerName} to {feed.Name}")), drops);
            }
        }

        await WarnOfOrphansAsync(connection, cancellationToken);
        _feedsSeen = hash;
    }

    private async Task CarryPipelineAsync(NpgsqlConnection connection, string former, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var (isThere, hasOwn) = await FindAsync(connection, former, cancellationToken);
        if (!isThere)
        {
            return;
        }

        if (hasOwn)
        {
            // Nothing is recorded under the new name before the former one is carried over: this is somebody else's, or was done before.
            LogNotCarried(former, pipeline.Name);
            return;
        }

        if (!await IsAsync(
            connection, "Ledger/former_pipeline_is_free", [("former", former), ("silent_after", WorkerRegistry.SilentAfter)],
            cancellationToken))
        {
            throw new RenameRefusedException(
                $"a worker is still at work on pipeline {former}, whose new name is {pipeline.Name}",
                $"Stop the workers of {former}; two minutes later this one continues by itself.");
        }

        try
        {
            await using var carry = connection.Embedded("Ledger/rename_pipeline", ("former", former), ("name", pipeline.Name));
            var drops = await carry.ExecuteNonQueryAsync(cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            LogPipelineCarried(former, pipeline.Name, drops);
        }
        catch (Exception fault) when (ServerError.Of(fault) is { SqlState: PostgresErrorCodes.UniqueViolation } clash)
        {
            throw new RenameRefusedException(
                $"pipelines {former} and {pipeline.Name} have the same dates or files in the ledger ({clash.Constraint}), "
                    + "so that one cannot be the other's former name",
                "Take \"formerName\" out of the definition, "
                    + "or delete what one of the two has: select pipeline, run_date, state from etl.run.");
        }
    }

    private async Task LookForFormerAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = connection.Embedded("Ledger/likely_former_pipelines", ("pipeline", pipeline.Name),
            ("tables", Definition.Feeds.Select(feed => feed.Table).ToArray()),
            ("incremental", Definition.Feeds.Where(feed => feed.IsIncremental).Select(feed => feed.Table).ToArray()),
            ("silent_after", WorkerRegistry.SilentAfter));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            var (name, runs, waiting) = (reader.Get<string>(0), reader.Get<long>(1), reader.Get<long>(2));
            var (addsUp, isAlive) = (reader.Get<bool>(3), reader.Get<bool>(4));
            if (addsUp)
            {
                throw new RenameRefusedException(
                    $"pipeline {name} of this ledger has filled a table to which {pipeline.Name} adds rows (dates: {runs}): "
                        + "it would add the same files again",
                    $"If it is the same pipeline, say \"formerName\": \"{name}\" in the definition; "
                        + "if not, have it fill another table.");
            }

            if (!isAlive)
            {
                LogLikelyFormer(name, runs, waiting, pipeline.Name);
            }
        }
    }

    private async Task WarnOfOrphansAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = connection.Embedded("Ledger/orphaned_feeds", ("pipeline", pipeline.Name),
            ("feeds", Definition.Feeds.Select(feed => feed.Name).Append(MarkerDefinition.LedgerName).ToArray()));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            LogOrphans(reader.Get<string>(0), reader.Get<long>(1));
        }
    }

    private async Task<(bool IsThere, bool HasOwn)> FindAsync(
        NpgsqlConnection connection, string former, CancellationToken cancellationToken)
    {
        await using var command = connection.Embedded("Ledger/find_former_pipeline", ("former", former), ("name", pipeline.Name));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return (reader.Get<bool>(0), reader.Get<bool>(1));
    }

    private static async Task<bool> IsAsync(
        NpgsqlConnection connection, string path, (string, object?)[] parameters, CancellationToken cancellationToken)
    {
        await using var command = connection.Embedded(path, parameters);
        return await command.ExecuteScalarAsync(cancellationToken) is true;
    }

    [LoggerMessage(LogLevel.Information, "Pipeline {Former} is {Name} now: its runs, notices and drops ({Drops}) are carried over")]
    private partial void LogPipelineCarried(string former, string name, int drops);

    [LoggerMessage(LogLevel.Warning,
        "The ledger has runs or drops of {Former}, the former name of {Name}, and {Name} has some of its own: "
        + "nothing is carried over. Take "
        + "\"formerName\" out of the definition, or look what they are: select pipeline, run_date, state from etl.run")]
    private partial void LogNotCarried(string former, string name);

    [LoggerMessage(LogLevel.Information, "Feeds have new names ({Feeds}): what the ledger has of them is carried over (drops: {Drops})")]
    private partial void LogFeedsCarried(string feeds, int drops);

    [LoggerMessage(LogLevel.Warning,
        "Pipeline {Former} of this ledger filled the same tables (dates: {Runs}, drops that wait: {Waiting}) and has no worker: "
        + "if {Name} is its new name, "
        + "say \"formerName\" in the definition, or its dates run again")]
    private partial void LogLikelyFormer(string former, long runs, long waiting, string name);

    [LoggerMessage(LogLevel.Warning,
        "The definition has no feed {Feed}, and drops of it wait ({Drops}): if it has another name now, say \"formerName\": "
        + "\"{Feed}\" with that name")]
    private partial void LogOrphans(string feed, long drops);
}
