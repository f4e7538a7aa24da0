using System.IO.Compression;
using EtlWorker.Domain.Runs;
using EtlWorker.Objects;

namespace EtlWorker.Load;

/// <summary>What a gzip file holds, as it is read, and no more of it than the feed allows: a small file may unpack to any size.</summary>
/// <remarks>That a file which was cut off fails, and does not just end, needs System.IO.Compression.UseStrictValidation
/// (Directory.Build.props).</remarks>
/// <param name="packed">The file's bytes; left open.</param>
/// <param name="mostBytes">The most that it may unpack to.</param>
/// <param name="file">The object's key, for messages.</param>
internal sealed class UnpackedContent(Stream packed, long mostBytes, string file) : ForwardStream
{
    private readonly GZipStream _gzip = new(packed, CompressionMode.Decompress, leaveOpen: true);
    private long _unpacked;

    /// <exception cref="RunFailedException">The file is no gzip, damaged, cut off, or unpacks to too much.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        int read;
        try
        {
            read = await _gzip.ReadAsync(buffer, cancellationToken);
        }
        catch (InvalidDataException fault)
        {
            throw new RunFailedException($"{file} is no gzip file, or it is damaged or cut off, after {_unpacked:N0} unpacked bytes",
                "Pack and drop it again; where a feed's files are not packed, set \"compression\": \"none\".", fault);
        }

        _unpacked += read;
        return _unpacked <= mostBytes
            ? read
            : throw new RunFailedException($"{file} unpacks to more than {mostBytes:N0} bytes",
                "If that is right, raise \"maxUnpackedBytes\" of the feed in the definition; then drop the file again.");
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _gzip.Dispose();
        }

        base.Dispose(disposing);
    }
}
