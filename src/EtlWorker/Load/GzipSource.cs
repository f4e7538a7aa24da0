using EtlWorker.Objects;

namespace EtlWorker.Load;

/// <summary>The bytes of a gzip file in chunks, from which what an inflater took too much of can be had again.</summary>
/// <param name="packed">The file's bytes; left open.</param>
internal sealed class GzipSource(Stream packed) : ForwardStream
{
    private const int ChunkBytes = 8 << 10;
    private readonly byte[] _bytes = new byte[4 * ChunkBytes];
    private int _handedFrom, _start, _end;

    /// <summary>How much of the file is gone, what was taken too much of included.</summary>
    public long Taken { get; private set; }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_start == _end)
        {
            await FillAsync(1, cancellationToken);
        }

        var handed = _bytes.AsMemory(_start, Math.Min(Math.Min(_end - _start, ChunkBytes), buffer.Length));
        handed.CopyTo(buffer);
        _handedFrom = _start;
        _start += handed.Length;
        Taken += handed.Length;
        return handed.Length;
    }

    /// <summary>The next bytes, which stay to be read.</summary>
    /// <returns>Fewer at the end of the file.</returns>
    public async ValueTask<ReadOnlyMemory<byte>> PeekAsync(int count, CancellationToken cancellationToken)
    {
        await FillAsync(count, cancellationToken);
        return _bytes.AsMemory(_start, Math.Min(_end - _start, count));
    }

    public void Skip(int count)
    {
        _start += count;
        _handedFrom = _start;
        Taken += count;
    }

    /// <summary>
    /// Goes on behind the first occurrence of some bytes in what was handed out last and what follows it: an inflater that has come to its
    /// end has taken whole chunks.
    /// </summary>
    /// <returns>False where they are not there.</returns>
    public async ValueTask<bool> GoBehindAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        await FillAsync(bytes.Length, cancellationToken);
        var window = _bytes.AsSpan(_handedFrom, Math.Min(_start + bytes.Length, _end) - _handedFrom);
        var at = window.IndexOf(bytes.Span);
        if (at < 0)
        {
            return false;
        }

        Taken += _handedFrom + at + bytes.Length - _start;
        _start = _handedFrom + at + bytes.Length;
        _handedFrom = _start;
        return true;
    }

    /// <summary>Has so many bytes at hand, or all that are left; what was handed out last stays.</summary>
    private async ValueTask FillAsync(int count, CancellationToken cancellationToken)
    {
        if (_end - _start >= count)
        {
            return;
        }

        // Of what is not asked for a chunk at most stays.
        var kept = Math.Max(_handedFrom, _start - ChunkBytes);
        _bytes.AsSpan(kept.._end).CopyTo(_bytes);
        (_handedFrom, _start, _end) = (0, _start - kept, _end - kept);
        while (_end - _start < count && await packed.ReadAsync(_bytes.AsMemory(_end), cancellationToken) is var read and > 0)
        {
            _end += read;
        }
    }
}
