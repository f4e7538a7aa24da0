using EtlWorker.Domain.Pipelines;
using EtlWorker.Domain.Rows;
using EtlWorker.Domain.Runs;
using EtlWorker.Ledger;

namespace EtlWorker.Load;

/// <summary>A feed's refused rows: the first ones are kept in the ledger, all are counted, the limit is enforced.</summary>
internal sealed class RejectLog(RunJournal journal, Run run, FeedDefinition feed, RejectLimit limit)
{
    /// <summary>Rows kept per feed; the rest is only counted.</summary>
    public const int MostKept = 10_000;

    private const int BatchRows = 200;
    private readonly List<Reject> _batch = new(BatchRows);
    private string? _first;
    private long _kept;

    public long Count { get; private set; }

    /// <summary>Whether the next reject would be kept, so that its raw text is worth making.</summary>
    public bool Keeps => _kept < MostKept;

    public void Add(Reject reject)
    {
        Count++;
        _first ??= $"line {reject.Line}{(reject.Column is { } column ? $", column {column}" : "")}: {reject.Reason}";
        if (Keeps)
        {
            _kept++;
            _batch.Add(reject);
        }
    }

    public ValueTask FlushFullAsync(CancellationToken cancellationToken) =>
        _batch.Count >= BatchRows ? new ValueTask(FlushAsync(cancellationToken)) : ValueTask.CompletedTask;

    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        if (_batch.Count > 0)
        {
            await journal.RecordRejectsAsync(run, feed.Name, _batch, cancellationToken);
            _batch.Clear();
        }
    }

    /// <exception cref="RunFailedException">More rows are refused than the feed allows at all.</exception>
    public void JudgeAtOnce(long read)
    {
        if (limit.ExceededAtOnce(Count))
        {
            throw TooMany(read, $"more than {limit.Max:N0} rows");
        }
    }

    /// <exception cref="RunFailedException">More rows are refused than the feed allows of as many as it has.</exception>
    public void JudgeAtEnd(long read)
    {
        if (limit.ExceededAtEnd(Count, read))
        {
            throw TooMany(read, Count > limit.Max ? $"more than {limit.Max:N0} rows" : $"more than {limit.MaxPercent} % of the rows");
        }
    }

    private RunFailedException TooMany(long read, string bound) => new(
        $"feed {feed.Name}: {Count:N0} of the {read:N0} rows read were refused, {bound}; the first at {_first}",
        $"Mend the rows (select * from etl.reject where run_id = {run.Id}) or raise \"rejects\" in the definition, then drop the files again.");
}
