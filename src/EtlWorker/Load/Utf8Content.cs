using System.Buffers;
using System.Text.Unicode;
using EtlWorker.Domain.Pipelines;
using EtlWorker.Objects;

namespace EtlWorker.Load;

/// <summary>Is given the first bytes of a file.</summary>
internal delegate void FirstBytes(ReadOnlySpan<byte> bytes);

/// <summary>
/// A file's text as UTF-8 bytes without a byte order mark. What its encoding does not have becomes 0xFF, which no UTF-8 has
/// either, so that only the row where it stands is refused.
/// </summary>
/// <param name="bytes">The file's bytes; left open.</param>
/// <param name="encoding">What a file without a byte order mark is written in.</param>
/// <param name="require">Is given the first bytes, and throws where they are no text.</param>
internal sealed class Utf8Content(Stream bytes, FileEncoding encoding, FirstBytes? require = null) : ForwardStream
{
    private const byte NotInUtf8 = 0xFF;
    private readonly byte[] _raw = new byte[16 << 10];
    private char[] _text = [];
    private CharacterDecoder? _decoder;
    private bool _markSeen;
    private bool _ended;
    private int _rawStart, _rawEnd, _textStart, _textEnd;

    /// <summary>What the file is written in: what its byte order mark says, once that is read, whatever was said before.</summary>
    public FileEncoding Encoding { get; private set; } = encoding;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (!_markSeen)
        {
            await SkipMarkAsync(cancellationToken);
        }

        if (_decoder is not null)
        {
            return await TranscodeAsync(buffer, cancellationToken);
        }

        if (_rawStart == _rawEnd)
        {
            return await bytes.ReadAsync(buffer, cancellationToken);
        }

        var first = _raw.AsMemory(_rawStart, Math.Min(_rawEnd - _rawStart, buffer.Length));
        first.CopyTo(buffer);
        _rawStart += first.Length;
        return first.Length;
    }

    private async Task SkipMarkAsync(CancellationToken cancellationToken)
    {
        _rawEnd = await bytes.ReadAtLeastAsync(_raw, FileKind.Length, throwOnEndOfStream: false, cancellationToken);
        require?.Invoke(_raw.AsSpan(0, Math.Min(_rawEnd, FileKind.Length)));
        (_rawStart, _decoder, Encoding) = _raw.AsSpan(0, _rawEnd) switch
        {
            [0xEF, 0xBB, 0xBF, ..] => (3, null, FileEncoding.Utf8),
            [0xFF, 0xFE, ..] => (2, CharacterDecoder.Utf16LittleEndian, FileEncoding.Utf16),
            [0xFE, 0xFF, ..] => (2, CharacterDecoder.Utf16BigEndian, FileEncoding.Utf16BigEndian),
            _ => (0, CharacterDecoder.For(Encoding), Encoding),
        };
        _text = _decoder is null ? [] : new char[_raw.Length];
        _markSeen = true;
    }

    private async ValueTask<int> TranscodeAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        while (!buffer.IsEmpty)
        {
            var status = Utf8.FromUtf16(
                _text.AsSpan(_textStart.._textEnd), buffer.Span, out var taken, out var written, replaceInvalidSequences: false, _ended);
            _textStart += taken;
            if (status == OperationStatus.InvalidData && written < buffer.Length)
            {
                buffer.Span[written++] = NotInUtf8;
                _textStart++;
            }

            // A buffer too small for the next character gets nothing: no reader has one of fewer than 4 bytes.
            if (written > 0 || _ended)
            {
                return written;
            }

            await FillAsync(cancellationToken);
        }

        return 0;
    }

    private async Task FillAsync(CancellationToken cancellationToken)
    {
        // What is left is at most half of a pair, of bytes or of surrogates.
        _text.AsSpan(_textStart.._textEnd).CopyTo(_text);
        (_textStart, _textEnd) = (0, _textEnd - _textStart);
        if (_rawEnd - _rawStart < 2 && !_ended)
        {
            _raw.AsSpan(_rawStart.._rawEnd).CopyTo(_raw);
            (_rawStart, _rawEnd) = (0, _rawEnd - _rawStart);
            var read = await bytes.ReadAsync(_raw.AsMemory(_rawEnd), cancellationToken);
            _rawEnd += read;
            _ended = read == 0;
        }

        _decoder!.Decode(_raw.AsSpan(_rawStart.._rawEnd), _text.AsSpan(_textEnd), _ended, out var taken, out var written);
        _rawStart += taken;
        _textEnd += written;
    }
}
