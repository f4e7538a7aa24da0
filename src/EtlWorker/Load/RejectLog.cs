using EtlWorker.Domain.Rows;
using EtlWorker.Domain.Runs;
using EtlWorker.Domain.Text;
using EtlWorker.Ledger.Runs;
using EtlWorker.Load.Hints;

namespace EtlWorker.Load;

/// <summary>
/// The rows read from a drop, and those refused: the first are kept in the ledger, all are counted, the limit is enforced.
/// </summary>
/// <param name="job">What is loaded.</param>
/// <param name="keep">Keeps some refused rows of the file.</param>
internal sealed class RejectLog(FeedJob job, Func<RejectedFile?, IReadOnlyCollection<Reject>, CancellationToken, Task> keep)
{
    /// <summary>Rows kept per drop; the rest is only counted.</summary>
    public const int MostKept = 10_000;

    private const int BatchRows = 1_000;
    private readonly List<Reject> _batch = new(BatchRows);
    private RejectedFile? _file;
    private string? _first;
    private long _kept;

    /// <summary>Rows read, the refused ones included.</summary>
    public long Read { get; set; }

    public long Count { get; private set; }

    /// <summary>What the refused rows have in common.</summary>
    public RejectHints Hints { get; } = new(job.Feed);

    /// <summary>Whether the next reject would be kept, so that it is worth describing.</summary>
    public bool Keeps => _kept < MostKept || job.ReadsOn;

    /// <summary>Without the file's header nobody could tell the columns of its rejects.</summary>
    public void Begin(RejectedFile file) => _file = file;

    /// <summary>Counts and keeps a row that was read and refused, and judges.</summary>
    /// <param name="reject">The refused record; null for one that would not be kept.</param>
    /// <param name="rows">How many rows it counts for.</param>
    /// <param name="cancellationToken">Cancels the keeping.</param>
    /// <exception cref="RunFailedException">More rows are refused than the feed allows at all.</exception>
    public ValueTask RefuseAsync(Reject? reject, int rows, CancellationToken cancellationToken)
    {
        Count += rows;
        if (Keeps && reject is not null)
        {
            _first ??= $"line {reject.Line}{(reject.Column is { } column ? $", column {column}" : "")}: {reject.Reason}";
            _kept++;
            _batch.Add(reject);
        }

        if (!job.ReadsOn && job.Limit.ExceededAtOnce(AllRefused))
        {
            throw Failure($"more than {Counted.Of(job.Limit.Max, "row")}{Files} were refused, and the load stopped there: "
                + $"{Counted.Of(AllRead, "row")} had been read", isWhole: false);
        }

        return _batch.Count >= BatchRows ? new ValueTask(FlushAsync(cancellationToken)) : ValueTask.CompletedTask;
    }

    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        if (_batch.Count > 0)
        {
            await keep(_file, _batch, cancellationToken);
            _batch.Clear();
        }
    }

    /// <exception cref="RunFailedException">More rows are refused than the feed allows of as many as it has.</exception>
    public void JudgeAtEnd()
    {
        if (job.IsLast && job.Limit.ExceededAtEnd(AllRefused, AllRead))
        {
            throw Failure($"{AllRefused:N0} of the {Counted.Of(AllRead, "row")} read{Files} were refused, more than "
                + (AllRefused > job.Limit.Max ? Counted.Of(job.Limit.Max, "row") : $"{job.Limit.MaxPercent} % of the rows"), isWhole: true);
        }
    }

    private long AllRefused => job.Before.Rejected + Count;

    private long AllRead => job.Before.Read + Read;

    private string Files => job.Parts > 1 ? $" of its {job.Parts} files" : "";

    private string First => _first is null ? "is in a file before" : job.Parts > 1 ? $"at {job.File}, {_first}" : $"at {_first}";

    private RunFailedException Failure(string refused, bool isWhole)
    {
        var where = job.ReadsOn ? "" : $" (select * from etl.reject where run_id = {job.Run.Id})";
        return new RunFailedException(
            $"feed {job.Feed.Name}: {refused}; the first {First}",
            string.Join(' ', Hints.Sentences(Read, isWhole).Append(
                $"Correct the rows{where} or raise \"rejects\" in the definition, then drop the files again.")));
    }
}
