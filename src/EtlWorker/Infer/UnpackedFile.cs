using EtlWorker.Load;
using EtlWorker.Objects;

namespace EtlWorker.Infer;

/// <summary>What a gzip file on this machine holds, however much that is.</summary>
/// <param name="packed">The file; disposed with this.</param>
/// <param name="path">For messages.</param>
internal sealed class UnpackedFile(Stream packed, string path) : ForwardStream
{
    private readonly UnpackedContent _content = new(packed, long.MaxValue, path);

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        _content.ReadAsync(buffer, cancellationToken);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _content.Dispose();
            packed.Dispose();
        }

        base.Dispose(disposing);
    }
}
