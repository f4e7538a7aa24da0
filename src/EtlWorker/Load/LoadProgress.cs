using EtlWorker.Domain.Drops;

namespace EtlWorker.Load;

/// <summary>How far the load of a run is, for whoever shows it: written by the load, read by another thread.</summary>
internal sealed class LoadProgress
{
    private State _now = new(null, 0, 0, 0, null, null);

    /// <summary>The file that is being read, the bytes and rows read so far, and the bytes of all files.</summary>
    public (string? File, long Bytes, long Total, long Rows) Now
    {
        get
        {
            var now = Volatile.Read(ref _now);
            return (now.File, now.BytesBefore + (now.Bytes?.Invoke() ?? 0), now.Total, now.RowsBefore + (now.Rejects?.Read ?? 0));
        }
    }

    /// <param name="drops">All that is to be loaded.</param>
    public void Begin(IEnumerable<Drop> drops) => Volatile.Write(
        ref _now, new State(null, 0, drops.Sum(drop => Math.Max(drop.Size, 0)), 0, null, null));

    /// <summary>A file is read; again where it is loaded row by row.</summary>
    /// <param name="drop">The file.</param>
    /// <param name="bytes">How many bytes of it have been read.</param>
    public void Open(Drop drop, Func<long> bytes) => Volatile.Write(
        ref _now, _now with { File = drop.Key, Bytes = bytes, Rejects = null });

    public void Count(RejectLog rejects) => Volatile.Write(ref _now, _now with { Rejects = rejects });

    /// <summary>The file is loaded.</summary>
    public void Close()
    {
        var (_, bytes, total, rows) = Now;
        Volatile.Write(ref _now, new State(null, bytes, total, rows, null, null));
    }

    private sealed record State(
        string? File, long BytesBefore, long Total, long RowsBefore, Func<long>? Bytes, RejectLog? Rejects);
}
