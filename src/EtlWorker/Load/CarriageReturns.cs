using EtlWorker.Objects;

namespace EtlWorker.Load;

/// <summary>
/// A file's text for a parser to which every CR ends a line. Where the first line of a file ends in LF or CR LF, a CR that stands alone
/// is a
/// character of its field: <see cref="Substitute"/> goes to the parser in its place, which no UTF-8 has, and <see cref="Restore"/> puts it
/// back. Where the first line ends in CR alone, every CR ends a line. A last line of Ctrl-Z alone, DOS' end of a file, is left out.
/// </summary>
/// <param name="text">UTF-8; left open.</param>
/// <param name="quote">The feed's: a line break within quotes ends no line. Null where the first line has none that is one.</param>
internal sealed class CarriageReturns(Stream text, byte? quote) : ForwardStream
{
    /// <summary>In the place of a CR that is a character.</summary>
    private const byte Substitute = 0xFE;

    /// <summary>In the place of a byte of the file that is the substitute by chance: no UTF-8 either.</summary>
    private const byte NotInUtf8 = 0xFF;

    private const byte Return = (byte)'\r';
    private const byte LineFeed = (byte)'\n';
    private const byte EndOfFile = 0x1A;

    /// <summary>What may be the end of the file is kept back until it is known; files were once padded to 128 bytes.</summary>
    private const int MostKeptBack = 256;

    private readonly byte[] _buffer = new byte[64 << 10];
    private int _start, _ready, _end;
    private bool _ended;
    private bool _inQuotes;
    private bool _isFirstLine = true;
    private bool _substitutes;
    private bool _endsInReturns;
    private byte _last = LineFeed;

    /// <summary>Whether the file has had a CR so far that is a character.</summary>
    public bool HasSubstituted { get; private set; }

    /// <summary>Bytes of a record as they stand in the file.</summary>
    /// <param name="bytes">What the parser has of them.</param>
    /// <param name="scratch">Where they are put when they differ; made larger where it must be.</param>
    public static ReadOnlySpan<byte> Restore(ReadOnlySpan<byte> bytes, ref byte[] scratch)
    {
        if (!bytes.Contains(Substitute))
        {
            return bytes;
        }

        scratch = scratch.Length < bytes.Length ? new byte[2 * bytes.Length] : scratch;
        bytes.Replace(scratch, Substitute, Return);
        return scratch.AsSpan(0, bytes.Length);
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.IsEmpty)
        {
            return 0;
        }

        while (_start == _ready && !_ended)
        {
            await FillAsync(cancellationToken);
        }

        var taken = _buffer.AsMemory(_start, Math.Min(_ready - _start, buffer.Length));
        taken.CopyTo(buffer);
        _start += taken.Length;
        return taken.Length;
    }

    private async Task FillAsync(CancellationToken cancellationToken)
    {
        _buffer.AsSpan(_ready.._end).CopyTo(_buffer);
        (_start, _ready, _end) = (0, 0, _end - _ready);
        var read = await text.ReadAsync(_buffer.AsMemory(_end), cancellationToken);
        _end += read;
        _ended = read == 0;
        var known = _buffer.AsSpan(0, _end);
        _ready = _ended ? WithoutEnd(known) : LengthOfKnown(known);
        Rewrite(known[.._ready], known[_ready..]);
        _last = _ready > 0 ? _buffer[_ready - 1] : _last;
        _end = _ended ? _ready : _end;
    }

    /// <summary>All but what may be the end of the file, or the beginning of a line end.</summary>
    private static int LengthOfKnown(ReadOnlySpan<byte> bytes)
    {
        var tail = bytes[^Math.Min(bytes.Length, MostKeptBack)..];
        var kept = tail.Length - (tail.LastIndexOfAnyExcept(Return, LineFeed, EndOfFile) + 1);
        var marks = bytes[^kept..].IndexOf(EndOfFile);
        if (marks >= 0)
        {
            return bytes.Length - kept + marks;
        }

        var returns = bytes.Length - (bytes.LastIndexOfAnyExcept(Return) + 1);
        return bytes.Length - Math.Min(returns, 2);
    }

    /// <summary>All but a last line of nothing but Ctrl-Z.</summary>
    private int WithoutEnd(ReadOnlySpan<byte> bytes)
    {
        var rest = bytes.TrimEnd("\r\n"u8);
        var length = rest.LastIndexOfAnyExcept(EndOfFile) + 1;
        var before = length > 0 ? bytes[length - 1] : _last;
        return length < rest.Length && before is Return or LineFeed ? length : bytes.Length;
    }

    /// <param name="bytes">What goes to the parser.</param>
    /// <param name="next">What is known of the bytes behind it.</param>
    private void Rewrite(Span<byte> bytes, ReadOnlySpan<byte> next)
    {
        if (_isFirstLine)
        {
            var line = LengthOfFirstLine(bytes, next);
            bytes[..line].Replace(Substitute, NotInUtf8);
            bytes = bytes[line..];
        }

        while (_substitutes && bytes.IndexOfAny(Return, Substitute) is var at and >= 0)
        {
            if (bytes[at] == Substitute)
            {
                bytes[at] = NotInUtf8;
            }
            else if (!IsOfLineEnd(bytes[(at + 1)..], next))
            {
                bytes[at] = Substitute;
                HasSubstituted = true;
            }

            bytes = bytes[(at + 1)..];
        }

    }

    /// <summary>Looks for the end of the first line, by which the others are known; the rest of the bytes is behind it.</summary>
    private int LengthOfFirstLine(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> next)
    {
        for (var at = 0; at < bytes.Length; at++)
        {
            if (bytes[at] == quote)
            {
                _inQuotes = !_inQuotes;
            }
            else if (!_inQuotes && bytes[at] is Return or LineFeed)
            {
                _isFirstLine = false;
                _endsInReturns = bytes[at] == Return;
                _substitutes = bytes[at] == LineFeed || IsOfLineEnd(bytes[(at + 1)..], next);
                return at;
            }
        }

        return bytes.Length;
    }

    /// <summary>
    /// Whether a CR is one of a line end, CR LF or CR CR LF; at the end of a file that ends its lines so, of one that was cut off.
    /// </summary>
    private bool IsOfLineEnd(ReadOnlySpan<byte> behind, ReadOnlySpan<byte> next)
    {
        var (first, second) = (ByteAt(behind, next, 0), ByteAt(behind, next, 1));
        return first == LineFeed || (first == Return && second == LineFeed) || (first < 0 && _endsInReturns);
    }

    private static int ByteAt(ReadOnlySpan<byte> behind, ReadOnlySpan<byte> next, int at) =>
        at < behind.Length ? behind[at] : at - behind.Length < next.Length ? next[at - behind.Length] : -1;
}
