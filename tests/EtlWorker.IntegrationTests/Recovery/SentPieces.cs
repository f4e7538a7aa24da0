using EtlWorker.IntegrationTests.Rigging;

namespace EtlWorker.IntegrationTests.Recovery;

/// <summary>The pieces in which a worker sends a run to PostgreSQL, from the beginning of its load on.</summary>
internal sealed class SentPieces
{
    private readonly List<int> _lengths = [];
    private int _check;
    private int _export;

    public int Count => _lengths.Count;

    /// <summary>The inspector of a proxy.</summary>
    public int Note(ProxiedLink link, ReadOnlySpan<byte> sent)
    {
        var isStage = IsStage(sent);
        if (isStage || Count > 0)
        {
            _check = _check == 0 && isStage && sent.IndexOf("check"u8) >= 0 ? Count : _check;
            _export = _export == 0 && isStage && sent.IndexOf("export"u8) >= 0 ? Count : _export;
            _lengths.Add(sent.Length);
        }

        return sent.Length;
    }

    /// <summary>Whether a stage begins or ends here: the first thing that is said of a run that was resumed.</summary>
    public static bool IsStage(ReadOnlySpan<byte> sent) =>
        sent.IndexOf("insert into etl.run_stage"u8) >= 0 || sent.IndexOf("update etl.run_stage"u8) >= 0;

    /// <summary>
    /// The number of a piece. COPY sends nearly all bytes, but few pieces, and check, analysis and commit send few of either: a third
    /// of all draws falls there, a third is even among the bytes, a third even among the pieces.
    /// </summary>
    /// <param name="random">Draws.</param>
    /// <param name="isCommitted">Whether only the delivery is still to come.</param>
    public int Draw(Random random, bool isCommitted)
    {
        if (isCommitted)
        {
            return random.Next(Count - _export);
        }

        switch (random.Next(3))
        {
            case 0:
                var at = random.Next(_lengths.Sum());
                return _lengths.TakeWhile(length => (at -= length) >= 0).Count();
            case 1:
                return random.Next(Count);
            default:
                return random.Next(_check, _export);
        }
    }
}
