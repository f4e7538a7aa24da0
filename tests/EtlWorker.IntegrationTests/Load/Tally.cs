using System.Collections.Concurrent;

namespace EtlWorker.IntegrationTests.Load;

/// <summary>What was compared, and what differed.</summary>
internal sealed class Tally
{
    private readonly ConcurrentQueue<string> _failures = [];
    private readonly ConcurrentDictionary<string, long> _explained = [];
    private long _documents, _rows, _taken;

    public IReadOnlyCollection<string> Failures => _failures;

    public long Documents => _documents;

    public void Count(int rows, int taken)
    {
        Interlocked.Increment(ref _documents);
        Interlocked.Add(ref _rows, rows);
        Interlocked.Add(ref _taken, taken);
    }

    public void Fail(string what) => _failures.Enqueue(what);

    /// <param name="row">What differs.</param>
    /// <param name="version">PostgreSQL's major version.</param>
    public bool IsExplained(Disagreement row, int version)
    {
        var reason = IntendedDifference.All.FirstOrDefault(known => known.OccursIn(version) && known.Explains(row));
        Explained(reason?.Name);
        return reason is not null;
    }

    public void HasMixedEnds(bool mixed) => Explained(mixed ? IntendedDifference.MixedEnds : null);

    /// <summary>Names of the list that nothing was explained by.</summary>
    public IEnumerable<string> Unused(int version) =>
        IntendedDifference.Names.Except(IntendedDifference.All.Where(known => !known.OccursIn(version)).Select(known => known.Name))
            .Except(_explained.Keys);

    public override string ToString() =>
        $"{_documents} documents, {_rows} rows, {_taken} taken; "
            + $"{string.Join(", ", _explained.OrderByDescending(pair => pair.Value).Select(pair => $"{pair.Key} {pair.Value}"))}";

    private void Explained(string? name)
    {
        if (name is not null)
        {
            _explained.AddOrUpdate(name, 1, (_, count) => count + 1);
        }
    }
}
