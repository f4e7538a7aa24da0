using EtlWorker.Definitions;
using EtlWorker.Ledger.Notices;
using EtlWorker.Storage;
using Npgsql;

namespace EtlWorker.Ledger.Pipelines;

/// <summary>
/// Which pipelines there are, by which definition, and which versions were refused: <c>etl.pipeline</c>, <c>etl.refused_definition</c>.
/// What is notified of is written with its notice, and once, whichever worker sees it first.
/// </summary>
internal sealed class PipelineLedger(ILedger ledger)
{
    /// <summary>All pipelines that were ever taken, the one taken last first.</summary>
    public async Task<IReadOnlyList<KnownPipeline>> KnownAsync(CancellationToken cancellationToken)
    {
        await using var session = await ledger.OpenAsync(cancellationToken);
        await using var command = session.Connection.Embedded("Ledger/Pipelines/known_pipelines");
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var known = new List<KnownPipeline>();
        while (await reader.ReadAsync(cancellationToken))
        {
            known.Add(new KnownPipeline(
                reader.Get<string>(0), reader.Get<string>(1), reader.Get<string>(2), reader.Get<string>(3), reader.Get<string>(4),
                reader.Get<bool>(5)));
        }

        return known;
    }

    /// <summary>A definition is in use from now on. Idempotent.</summary>
    public async Task TakeAsync(string source, LoadedDefinition definition, CancellationToken cancellationToken)
    {
        await using var session = await ledger.OpenAsync(cancellationToken);
        await using var command = session.Connection.Embedded("Ledger/Pipelines/take_pipeline",
            ("name", definition.Pipeline.Name), ("source", source), ("hash", definition.Hash), ("document", definition.Document),
            ("sql", definition.SqlAsJson()));
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>A pipeline's definition was removed. Idempotent.</summary>
    /// <param name="pipeline">The pipeline's name.</param>
    /// <param name="from">Where it was.</param>
    /// <param name="write">Writes the notice, from where the definition stood and how many of the pipeline's drops wait.</param>
    /// <param name="cancellationToken">Cancels the change.</param>
    public async Task RemoveAsync(
        string pipeline, string from, Func<string, long, Notice> write, CancellationToken cancellationToken)
    {
        await using var session = await ledger.OpenAsync(cancellationToken);
        await using var transaction = await session.BeginAsync(cancellationToken);
        await using (var command = session.Connection.Embedded("Ledger/Pipelines/remove_pipeline", ("name", pipeline), ("source", from)))
        {
            if (await WaitingAsync(command, cancellationToken) is var (source, waiting))
            {
                await session.Outbox.AddAsync(write(source, waiting), cancellationToken);
            }
        }

        await transaction.CommitAsync(cancellationToken);
    }

    private static async Task<(string Source, long Waiting)?> WaitingAsync(NpgsqlCommand remove, CancellationToken cancellationToken)
    {
        await using var reader = await remove.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? (reader.Get<string>(0), reader.Get<long>(1)) : null;
    }

    /// <summary>A version is not used. Idempotent.</summary>
    /// <param name="source">The address of its document.</param>
    /// <param name="version">What identifies it.</param>
    /// <param name="faults">Why.</param>
    /// <param name="notice">What is notified of it.</param>
    /// <param name="cancellationToken">Cancels the change.</param>
    public async Task RefuseAsync(
        string source, string version, IReadOnlyList<string> faults, Notice notice, CancellationToken cancellationToken)
    {
        await using var session = await ledger.OpenAsync(cancellationToken);
        await using var transaction = await session.BeginAsync(cancellationToken);
        await using (var command = session.Connection.Embedded("Ledger/Pipelines/refuse_definition",
            ("source", source), ("version", version), ("faults", faults.ToArray())))
        {
            if (await command.ExecuteNonQueryAsync(cancellationToken) == 1)
            {
                await session.Outbox.AddAsync(notice, cancellationToken);
            }
        }

        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>What was refused at a source is gone, or mended. Idempotent.</summary>
    public async Task ForgetRefusedAsync(string source, CancellationToken cancellationToken)
    {
        await using var session = await ledger.OpenAsync(cancellationToken);
        await using var command = session.Connection.Embedded("Ledger/Pipelines/forget_refused", ("source", source));
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
