using EtlWorker.Definitions;
using EtlWorker.Domain.Pipelines;
using EtlWorker.Storage;
using Npgsql;

namespace EtlWorker.Ledger.Runs;

/// <summary>A run at work: the session that holds its pipeline's lock, the run, and the definition that it began with.</summary>
internal sealed record RunSession(ILedgerSession Ledger, Run Run, LoadedDefinition Definition)
{
    /// <summary>Of the session: the run's tables are filled here.</summary>
    public NpgsqlConnection Connection => Ledger.Connection;

    public PipelineDefinition Pipeline => Definition.Pipeline;

    /// <summary>Whether an attempt before lost its session by a row that a table refused: the server must catch such a refusal.</summary>
    public bool IsGuarded { get; init; }

    /// <summary>Whether what fails a file does not end the load: it is a dry run, of which every reject is wanted.</summary>
    public bool ReadsOn { get; init; }

    /// <summary>Where the definition's SQL and its tables' triggers look for names.</summary>
    public SearchPath SearchPath { get; } = new(Definition.Pipeline.SearchPath);
}
