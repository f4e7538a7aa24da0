using EtlWorker.Domain.Runs;
using EtlWorker.Objects;

namespace EtlWorker.Load;

/// <summary>
/// A file's text without some lines before its header and some at its end. Blank lines at the end are not counted, and left out with
/// them. Of the end no more is kept back than one record may have.
/// </summary>
/// <param name="text">UTF-8; left open.</param>
/// <param name="first">Lines left out before the first that counts.</param>
/// <param name="last">Lines left out at the end.</param>
/// <param name="mostBytes">The most that the lines at the end may have.</param>
/// <param name="file">The object's key, for messages.</param>
internal sealed class SkippedLines(Stream text, int first, int last, int mostBytes, string file) : ForwardStream
{
    private const byte Return = (byte)'\r';
    private const byte LineFeed = (byte)'\n';
    private const int ChunkBytes = 64 << 10;

    private readonly Queue<int> _lines = new();
    private byte[] _held = new byte[2 * ChunkBytes];
    private int _start, _ready, _scanned, _end;
    private int _lineStart;
    private bool _isLineCounted;
    private bool _isCounted;
    private bool _isAfterReturn;
    private bool _ended;

    /// <summary>Lines left out so far before the first that counts.</summary>
    public int SkippedFirst { get; private set; }

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
        _ready = last == 0 ? _end : _lines.Count >= last ? _lines.ElementAt(_lines.Count - last) : _ready;
        while (_lines.Count > last && last > 0)
        {
            _lines.Dequeue();
        }
    }

    /// <summary>Moves what is kept back to the front.</summary>
    private void MakeRoom()
    {
        var moved = _start;
        _held.AsSpan(moved.._end).CopyTo(_held);
        (_start, _ready, _scanned, _end, _lineStart) = (0, _ready - moved, _scanned - moved, _end - moved, _lineStart - moved);
        for (var line = _lines.Count; line > 0; line--)
        {
            _lines.Enqueue(_lines.Dequeue() - moved);
        }

        if (_end > mostBytes)
        {
            throw new RunFailedException(
                $"{file}: the last {last} lines, which \"skipLastLines\" leaves out, have more than {mostBytes:N0} bytes",
                "See that the file ends as it should; else raise \"maxRecordBytes\" of the feed, and drop the file again.");
        }

        if (_held.Length < _end + ChunkBytes)
        {
            Array.Resize(ref _held, 2 * (_end + ChunkBytes));
        }
    }

    private void SkipFirst()
    {
        while (SkippedFirst < first && _scanned < _end)
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

        if (_isAfterReturn && SkippedFirst == first && _scanned < _end)
        {
            _scanned += _held[_scanned] == LineFeed ? 1 : 0;
            _isAfterReturn = false;
        }

        if (!_isCounted)
        {
            (_start, _ready, _lineStart) = (_scanned, _scanned, _scanned);
            _isCounted = SkippedFirst == first && !_isAfterReturn;
        }
    }

    /// <summary>Finds where lines begin that are no blank ones.</summary>
    private void Scan()
    {
        if (last == 0 || !_isCounted)
        {
            _scanned = _isCounted ? _end : _scanned;
            return;
        }

        while (_scanned < _end)
        {
            var rest = _held.AsSpan(_scanned.._end);
            var length = rest.IndexOfAny(Return, LineFeed) is var found and >= 0 ? found : rest.Length;
            if (!_isLineCounted && rest[..length].ContainsAnyExcept((byte)' ', (byte)'\t'))
            {
                _isLineCounted = true;
                _lines.Enqueue(_lineStart);
            }

            _scanned += length;
            if (_scanned < _end)
            {
                _lineStart = ++_scanned;
                _isLineCounted = false;
            }
        }
    }
}
