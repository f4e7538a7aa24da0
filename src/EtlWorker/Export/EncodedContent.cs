using System.Buffers;
using System.Text;
using System.Text.Unicode;
using EtlWorker.Domain.Pipelines;
using EtlWorker.Domain.Runs;
using EtlWorker.Objects;

namespace EtlWorker.Export;

/// <summary>The rows of an export in its encoding, behind its byte order mark, as they are read.</summary>
/// <param name="utf8">The rows as PostgreSQL sends them; left open.</param>
/// <param name="export">The encoding, and the key for the message.</param>
internal sealed class EncodedContent(Stream utf8, ExportDefinition export) : ForwardStream
{
    private readonly Encoder? _encoder = export.Encoding == FileEncoding.Utf8 ? null : ExportEncoding.Strict(export.Encoding).GetEncoder();
    private readonly ExportEncoding _characters = new(export.Encoding);
    private readonly byte[] _raw = new byte[16 << 10];
    private readonly char[] _text = new char[16 << 10];
    private byte[] _written = export.Bom ? ExportEncoding.Strict(export.Encoding).GetBytes("\uFEFF") : [];
    private int _writtenStart, _rawEnd;
    private long _line = 1;
    private bool _ended;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (_writtenStart == _written.Length)
        {
            if (_encoder is null)
            {
                return await utf8.ReadAsync(buffer, cancellationToken);
            }

            if (_ended)
            {
                return 0;
            }

            await EncodeAsync(_encoder, cancellationToken);
        }

        var next = _written.AsMemory(_writtenStart, Math.Min(_written.Length - _writtenStart, buffer.Length));
        next.CopyTo(buffer);
        _writtenStart += next.Length;
        return next.Length;
    }

    private async Task EncodeAsync(Encoder encoder, CancellationToken cancellationToken)
    {
        var read = await utf8.ReadAsync(_raw.AsMemory(_rawEnd), cancellationToken);
        _ended = read == 0;
        _rawEnd += read;
        var status = Utf8.ToUtf16(
            _raw.AsSpan(0, _rawEnd), _text, out var taken, out var length, replaceInvalidSequences: false, isFinalBlock: _ended);
        if (status == OperationStatus.InvalidData)
        {
            throw Refused("holds bytes that are no UTF-8, from a database without an encoding");
        }

        // What is left is a character of which the rest is still to come.
        _raw.AsSpan(taken, _rawEnd - taken).CopyTo(_raw);
        _rawEnd -= taken;
        var text = _text.AsSpan(0, length);
        if (_characters.FirstLacking(text) is var lacking and >= 0)
        {
            _line += text[..lacking].Count('\n');
            throw Refused($"has a character that {export.Encoding.Title} lacks");
        }

        _line += text.Count('\n');
        _written = new byte[encoder.GetByteCount(text, _ended)];
        encoder.GetBytes(text, _written, _ended);
        _writtenStart = 0;
    }

    private RunFailedException Refused(string what) => new(
        $"the export {export.Key} cannot be written in {export.Encoding.Title}: its line {_line} {what}",
        $"Give the export \"encoding\": \"{FileEncoding.Utf8.Name}\", with \"bom\": true for spreadsheets, "
            + "before the retry; where only exports were changed it uses the new definition.")
    {
        IsOfFile = false,
    };
}
