using System.IO.Hashing;

namespace EtlWorker.Infer;

/// <summary>
/// Whether a column's values are all different, in bounded memory: as long as there is room all are compared, by hash, and then the same
/// half of them, the same quarter and so on.
/// </summary>
/// <param name="most">Hashes that are kept.</param>
internal sealed class UniqueValues(int most)
{
    private HashSet<ulong>? _hashes = [];
    private ulong _mask;

    /// <summary>Where the first repeated value is; null where none was seen.</summary>
    public Example? Repeated { get; private set; }

    /// <summary>One in so many values was compared.</summary>
    public long Share => (long)_mask + 1;

    public void Add(ReadOnlySpan<byte> value, Place place) => Add(XxHash3.HashToUInt64(value), value, place);

    public void Add(ulong hash, ReadOnlySpan<byte> value, Place place)
    {
        if (_hashes is null || (hash & _mask) != 0)
        {
            return;
        }

        if (!_hashes.Add(hash))
        {
            Repeated = Example.Of(value, place);
            _hashes = null;
            return;
        }

        if (_hashes.Count >= most)
        {
            _mask = (_mask << 1) | 1;
            _hashes.RemoveWhere(kept => (kept & _mask) != 0);
        }
    }

    public void GiveUp() => _hashes = null;
}
