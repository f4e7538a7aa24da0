using System.Globalization;
using System.Text;
using EtlWorker.StandIns.Http;

namespace EtlWorker.StandIns.S3;

/// <summary>
/// Decodes an aws-chunked body: <c>size[;chunk-signature=..]</c>, data, and after the empty chunk trailer headers. See
/// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html
/// </summary>
internal sealed class AwsChunkedReader(Stream source)
{
    private readonly byte[] _buffer = new byte[64 * 1024];
    private int _start;
    private int _end;

    public Dictionary<string, string> Trailers { get; } = new(StringComparer.OrdinalIgnoreCase);

    public async Task CopyToAsync(Stream target, CancellationToken cancellationToken)
    {
        while (true)
        {
            var header = await ReadLineAsync(cancellationToken);
            if (!long.TryParse(header.Split(';')[0], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var size)
                || size < 0)
                throw Incomplete();
            if (size == 0)
                break;
            await CopyAsync(target, size, cancellationToken);
            if (await ReadLineAsync(cancellationToken) != "")
                throw Incomplete();
        }

        while (await ReadLineAsync(cancellationToken) is { Length: > 0 } line)
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon > 0)
                Trailers[line[..colon]] = line[(colon + 1)..].Trim();
        }
    }

    public static AwsFailure Incomplete() =>
        new(400, "IncompleteBody", "You did not provide the number of bytes specified by the Content-Length HTTP header");

    private async Task CopyAsync(Stream target, long size, CancellationToken cancellationToken)
    {
        while (size > 0)
        {
            if (_start == _end && !await FillAsync(cancellationToken))
                throw Incomplete();
            var count = (int)Math.Min(size, _end - _start);
            await target.WriteAsync(_buffer.AsMemory(_start, count), cancellationToken);
            _start += count;
            size -= count;
        }
    }

    private async Task<string> ReadLineAsync(CancellationToken cancellationToken)
    {
        var line = new StringBuilder();
        while (_start < _end || await FillAsync(cancellationToken))
        {
            var letter = (char)_buffer[_start++];
            if (letter == '\n')
                break;
            if (letter != '\r')
                line.Append(letter);
        }

        return line.ToString();
    }

    private async Task<bool> FillAsync(CancellationToken cancellationToken)
    {
        _start = 0;
        _end = await source.ReadAsync(_buffer, cancellationToken);
        return _end > 0;
    }
}
