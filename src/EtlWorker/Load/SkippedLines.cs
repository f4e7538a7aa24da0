using EtlWorker.Domain.Pipelines;
using EtlWorker.Domain.Runs;
using EtlWorker.Objects;

namespace EtlWorker.Load;

/// <summary>
/// A file's text without some lines before its header and some at its end. Blank lines behind those at the end are not counted, and left
/// out with them; blank is also what the records pass over, nothing but delimiters. Of the end no more is kept back than one record may
/// have, or 1 MiB.
/// </summary>
/// <param name="text">UTF-8; left open.</param>
/// <param name="feed">How many lines are left out.</param>
/// <param name="file">The object's key, for messages.</param>
internal sealed class SkippedLines(Stream text, FeedDefinition feed, string file) : ForwardStream
{
    private const byte Return = (byte)'\r';
    private const byte LineFeed = (byte)'\n';
    private const int ChunkBytes = 64 << 10;
    private const int LeastLimit = 1 << 20;

    private readonly int _first = feed.SkipLines, _last = feed.SkipLastLines;
    private readonly byte _delimiter = feed.EmptyRows == EmptyRows.Load ? (byte)' ' : (byte)feed.Delimiter;

    // Where the last lines begin, up to the last that is not blank; and the blank ones behind it.
    private readonly Queue<int> _lines = new();
    private readonly Queue<int> _blank = new();
    private byte[] _held = new byte[2 * ChunkBytes];
    private int _start, _ready, _scanned, _end;
    private int _lineStart;
    private bool _isLineCounted;
    private bool _isCounted;
    private bool _isAfterReturn;
    private bool _wasReturn;
    private bool _ended;

    /// <summary>Lines left out so far before the first that counts.</summary>
    public int SkippedFirst { get; private set; }

    /// <summary>The lines that are left out at the end, once the end is read.</summary>
    public ReadOnlySpan<byte> Last => _ended && _last > 0 ? _held.AsSpan(_ready.._end) : [];

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (_start == _ready && !_ended)
        {
            await FillAsync(cancellationToken);
        }

        var taken = _held.AsMemory(_start, Math.Min(_ready - _start, buffer.Length));
        taken.CopyTo(buffer);
        _start += taken.Length;
        return taken.Length;
    }

    private async Task FillAsync(CancellationToken cancellationToken)
    {
        MakeRoom();
        var read = await text.ReadAsync(_held.AsMemory(_end, ChunkBytes), cancellationToken);
        _end += read;
        _ended = read == 0;
        SkipFirst();
        Scan();
        // At the end of the file what is kept back is what is left out.
        _ready = _last == 0 ? _end : _lines.Count == _last ? _lines.Peek() : _ready;
    }

    /// <summary>Moves what is kept back to the front.</summary>
    private void MakeRoom()
    {
        var moved = _start;
        _held.AsSpan(moved.._end).CopyTo(_held);
        (_start, _ready, _scanned, _end, _lineStart) = (0, _ready - moved, _scanned - moved, _end - moved, _lineStart - moved);
        foreach (var starts in new[] { _lines, _blank })
        {
            for (var line = starts.Count; line > 0; line--)
            {
                starts.Enqueue(starts.Dequeue() - moved);
            }
        }

        if (_end > MostBytes)
        {
            throw new RunFailedException(
                $"{file}: the last {_last} lines, which \"skipLastLines\" leaves out, have more than {MostBytes:N0} bytes",
                "See that the file ends as it should; else raise \"maxRecordBytes\" of the feed, and drop the file again.");
        }

        if (_held.Length < _end + ChunkBytes)
        {
            Array.Resize(ref _held, 2 * (_end + ChunkBytes));
        }
    }

    private void SkipFirst()
    {
        while (SkippedFirst < _first && _scanned < _end)
        {
            var rest = _held.AsSpan(_scanned.._end);
            if (_isAfterReturn && rest[0] == LineFeed)
            {
                _scanned++;
                _isAfterReturn = false;
                continue;
            }

            var length = rest.IndexOfAny(Return, LineFeed);
            _isAfterReturn = length >= 0 && rest[length] == Return;
            SkippedFirst += length >= 0 ? 1 : 0;
            _scanned = length >= 0 ? _scanned + length + 1 : _end;
        }

        if (_isAfterReturn && SkippedFirst == _first && _scanned < _end)
        {
            _scanned += _held[_scanned] == LineFeed ? 1 : 0;
            _isAfterReturn = false;
        }

        if (!_isCounted)
        {
            (_start, _ready, _lineStart) = (_scanned, _scanned, _scanned);
            _isCounted = SkippedFirst == _first && !_isAfterReturn;
        }
    }

    /// <summary>Finds where lines begin that are no blank ones.</summary>
    private void Scan()
    {
        if (_last == 0 || !_isCounted)
        {
            _scanned = _isCounted ? _end : _scanned;
            return;
        }

        while (_scanned < _end)
        {
            var rest = _held.AsSpan(_scanned.._end);
            var length = rest.IndexOfAny(Return, LineFeed) is var found and >= 0 ? found : rest.Length;
            if (!_isLineCounted && rest[..length].ContainsAnyExcept((byte)' ', (byte)'\t', _delimiter))
            {
                _isLineCounted = true;
                // They have a line behind them now.
                while (_blank.TryDequeue(out var blank))
                {
                    Keep(_lines, blank);
                }

                Keep(_lines, _lineStart);
            }

            _scanned += length;
            if (_scanned < _end)
            {
                EndLine();
            }
        }
    }

    private void EndLine()
    {
        // CR LF is one line end.
        var isSecond = _held[_scanned] == LineFeed && _scanned == _lineStart && _wasReturn;
        _wasReturn = _held[_scanned] == Return;
        if (!_isLineCounted && !isSecond)
        {
            Keep(_blank, _lineStart);
        }

        _lineStart = ++_scanned;
        _isLineCounted = false;
    }

    private void Keep(Queue<int> starts, int line)
    {
        starts.Enqueue(line);
        if (starts.Count > _last)
        {
            starts.Dequeue();
        }
    }

    private int MostBytes => Math.Max(feed.MaxRecordBytes, LeastLimit);
}
