using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;

namespace EtlWorker.Infer;

/// <summary>What is known of a file's bytes once all of them were seen: what encodings and marks can be told from.</summary>
internal sealed class ByteCensus
{
    private const int ChunkBytes = 64 << 10;
    private const int MostSampleBytes = 256 << 10;
    private const int FirstHigh = 0x80;

    private readonly long[] _counts = new long[256];
    private readonly long[] _nulsByParity = new long[2];
    private readonly List<byte> _sample = [];
    private readonly byte[] _carried = new byte[4];
    private int _carriedLength;

    /// <summary>Bytes of the file, unpacked.</summary>
    public long Length { get; private set; }

    public byte[] First { get; private set; } = [];

    public byte Last { get; private set; }

    /// <summary>Characters of more than one byte that are good UTF-8.</summary>
    public long GoodSequences { get; private set; }

    /// <summary>Bytes that are no UTF-8.</summary>
    public long BadSequences { get; private set; }

    /// <summary>Lines with a byte beyond ASCII, as many as are worth looking at.</summary>
    public ReadOnlySpan<byte> Sample => CollectionsMarshal.AsSpan(_sample);

    public bool IsAscii => _counts.AsSpan(FirstHigh).IndexOfAnyExcept(0) < 0;

    public long NulCount => _counts[0];

    public long CountOf(byte value) => _counts[value];

    /// <summary>NULs at even places, where the first byte is, and at odd ones.</summary>
    public (long Even, long Odd) NulsByParity => (_nulsByParity[0], _nulsByParity[1]);

    /// <summary>Control characters that no text has: neither line ends nor what some exports use between fields.</summary>
    public long ControlCount
    {
        get
        {
            long controls = 0;
            for (var value = 1; value < ' '; value++)
            {
                controls += value is '\t' or '\n' or '\r' or '\f' or 0x01 or 0x1A or (>= 0x1C and <= 0x1F) ? 0 : _counts[value];
            }

            return controls;
        }
    }

    public static async Task<ByteCensus> TakeAsync(Stream bytes, CancellationToken cancellationToken)
    {
        var census = new ByteCensus();
        var chunk = new byte[ChunkBytes];
        int read;
        while ((read = await bytes.ReadAtLeastAsync(chunk, chunk.Length, throwOnEndOfStream: false, cancellationToken)) > 0)
        {
            census.Add(chunk.AsSpan(0, read));
        }

        census.BadSequences += census._carriedLength > 0 ? 1 : 0;
        return census;
    }

    private void Add(ReadOnlySpan<byte> chunk)
    {
        First = Length == 0 ? chunk[..Math.Min(chunk.Length, 64)].ToArray() : First;
        Last = chunk[^1];
        foreach (var value in chunk)
        {
            _counts[value]++;
        }

        CountNuls(chunk);
        if (_carriedLength > 0 || !Ascii.IsValid(chunk))
        {
            CountSequences(chunk);
            TakeSample(chunk);
        }

        Length += chunk.Length;
    }

    private void CountNuls(ReadOnlySpan<byte> chunk)
    {
        for (var at = chunk.IndexOf((byte)0); at >= 0 && at < chunk.Length; at++)
        {
            _nulsByParity[(Length + at) & 1] += chunk[at] == 0 ? 1 : 0;
        }
    }

    private void CountSequences(ReadOnlySpan<byte> chunk)
    {
        // What was cut off at the end of the last chunk is looked at together with the first bytes of this one.
        if (_carriedLength > 0)
        {
            Span<byte> joined = stackalloc byte[8];
            _carried.AsSpan(0, _carriedLength).CopyTo(joined);
            var more = Math.Min(4, chunk.Length);
            chunk[..more].CopyTo(joined[_carriedLength..]);
            var good = Rune.DecodeFromUtf8(joined[..(_carriedLength + more)], out _, out var length) == OperationStatus.Done;
            (GoodSequences, BadSequences) = good ? (GoodSequences + 1, BadSequences) : (GoodSequences, BadSequences + 1);
            chunk = good ? chunk[(length - _carriedLength)..] : chunk;
            _carriedLength = 0;
        }

        while (chunk.IndexOfAnyInRange((byte)FirstHigh, byte.MaxValue) is var at and >= 0)
        {
            chunk = chunk[at..];
            switch (Rune.DecodeFromUtf8(chunk, out _, out var length))
            {
                case OperationStatus.Done:
                    GoodSequences++;
                    break;
                case OperationStatus.NeedMoreData:
                    chunk.CopyTo(_carried);
                    _carriedLength = chunk.Length;
                    return;
                default:
                    BadSequences++;
                    break;
            }

            chunk = chunk[length..];
        }
    }

    private void TakeSample(ReadOnlySpan<byte> chunk)
    {
        while (_sample.Count < MostSampleBytes && chunk.IndexOfAnyInRange((byte)FirstHigh, byte.MaxValue) is var at and >= 0)
        {
            var start = chunk[..at].LastIndexOf((byte)'\n') + 1;
            var length = chunk[at..].IndexOf((byte)'\n') is var end and >= 0 ? at + end + 1 - start : chunk.Length - start;
            _sample.AddRange(chunk.Slice(start, Math.Min(length, 4 << 10)));
            chunk = chunk[(start + length)..];
        }
    }
}
