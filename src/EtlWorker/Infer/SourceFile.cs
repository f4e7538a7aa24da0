using EtlWorker.Domain.Pipelines;
using EtlWorker.Load;

namespace EtlWorker.Infer;

/// <summary>A file on this machine, which is read from its first byte each time that it is opened.</summary>
internal sealed class SourceFile
{
    private const int BufferBytes = 64 << 10;

    private SourceFile(string path, bool isPacked) => (Path, IsPacked) = (path, isPacked);

    public string Path { get; }

    public string Name => System.IO.Path.GetFileName(Path);

    public bool IsPacked { get; }

    /// <summary>Whether it is packed and its name does not say so.</summary>
    public bool IsPackedUnnamed => IsPacked && !Name.EndsWith(".gz", StringComparison.OrdinalIgnoreCase);

    /// <exception cref="CannotInferException">It is no file that can be read, or it is empty.</exception>
    public static SourceFile Of(string path)
    {
        if (Directory.Exists(path))
        {
            throw new CannotInferException(
                $"{path} is a directory. Name the files in it: etlworker infer {System.IO.Path.Combine(path, "*.csv")}");
        }

        if (!File.Exists(path))
        {
            throw new CannotInferException($"{path}: no such file. See how it is spelt, and from which directory it is named.",
                isMissing: true);
        }

        try
        {
            using var stream = File.OpenRead(path);
            Span<byte> first = stackalloc byte[3];
            var length = stream.ReadAtLeast(first, first.Length, throwOnEndOfStream: false);
            return length > 0
                ? new SourceFile(path, first[..length] is [0x1F, 0x8B, 0x08])
                : throw new CannotInferException($"{path} is empty: nothing can be inferred from it. Have it exported again, with rows.");
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw new CannotInferException($"{path} cannot be read: {refused.Message} Run the command as a user who may read it.");
        }
    }

    /// <summary>Its bytes, unpacked.</summary>
    public Stream Open()
    {
        var file = new FileStream(Path, FileMode.Open, FileAccess.Read, FileShare.Read, BufferBytes, FileOptions.SequentialScan);
        return IsPacked ? new UnpackedFile(file, Path) : file;
    }

    /// <summary>Its text as the loader reads it.</summary>
    /// <param name="bytes">By <see cref="Open"/>; left open.</param>
    /// <param name="encoding">What it is written in.</param>
    public Utf8Content TextOf(Stream bytes, FileEncoding encoding) =>
        new(bytes, encoding, first => FileKind.RequireText(first, Path, IsPacked));
}
