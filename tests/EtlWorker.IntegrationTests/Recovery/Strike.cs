using EtlWorker.IntegrationTests.Rigging;

namespace EtlWorker.IntegrationTests.Recovery;

/// <summary>Kills a worker when it sends a certain piece of its run to PostgreSQL, of which only a part arrives there.</summary>
/// <param name="piece">The number of the piece, counted from the first word of a stage.</param>
/// <param name="part">How much of it arrives, 0 to 1.</param>
internal sealed class Strike(int piece, double part)
{
    private readonly Lock _gate = new();
    private bool _isOver;
    private int _seen;

    public WorkerProcess? Target { get; set; }

    public bool HasStruck { get; private set; }

    /// <summary>The inspector of a proxy.</summary>
    public int Look(ProxiedLink link, ReadOnlySpan<byte> sent)
    {
        lock (_gate)
        {
            if (HasStruck)
            {
                return 0;
            }

            if (_isOver || (_seen == 0 && !SentPieces.IsStage(sent)) || _seen++ < piece)
            {
                return sent.Length;
            }

            Target!.Kill();
            HasStruck = true;
            return (int)(part * sent.Length);
        }
    }

    /// <returns>Whether it came too late: the worker was struck already.</returns>
    public bool CallOff()
    {
        lock (_gate)
        {
            _isOver = true;
            return HasStruck;
        }
    }
}
