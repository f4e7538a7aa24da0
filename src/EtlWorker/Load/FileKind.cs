using EtlWorker.Domain.Runs;

namespace EtlWorker.Load;

/// <summary>
/// Files that are no text at all, by their first bytes: told as what they are, and not by the first row that makes no sense.
/// </summary>
internal static class FileKind
{
    /// <summary>How many of a file's first bytes are looked at.</summary>
    public const int Length = 10;

    private static readonly (byte[] Beginning, string What)[] Others =
    [
        ([.. "PK\x03\x04"u8], "a zip file or an Excel workbook"),
        ([0xD0, 0xCF, 0x11, 0xE0], "an old Excel workbook"),
        ([.. "BZh"u8], "a bzip2 file"),
        ([0xFD, .. "7zXZ"u8], "an xz file"),
        ([0x28, 0xB5, 0x2F, 0xFD], "a zstd file"),
        ([.. "7z"u8, 0xBC, 0xAF], "a 7z file"),
        ([.. "PAR1"u8], "a Parquet file"),
        ([.. "%PDF-"u8], "a PDF file"),
    ];

    private static ReadOnlySpan<byte> Gzip => [0x1F, 0x8B, 0x08];

    // What follows BZh9: the digits of pi. A header may begin with these three letters.
    private static ReadOnlySpan<byte> BzipBlock => [0x31, 0x41, 0x59, 0x26, 0x53, 0x59];

    /// <param name="first">The first bytes of what is to be text.</param>
    /// <param name="file">The object's key, for messages.</param>
    /// <param name="isUnpacked">Whether they came out of a gzip file.</param>
    /// <exception cref="RunFailedException">They are no text.</exception>
    public static void RequireText(ReadOnlySpan<byte> first, string file, bool isUnpacked)
    {
        if (first.StartsWith(Gzip))
        {
            throw isUnpacked
                ? new RunFailedException(
                    $"{file} is packed twice: what its gzip holds is gzip again", "Pack the file once, and drop it again.")
                : new RunFailedException(
                    $"{file} is a gzip file, and neither its name nor the feed says so",
                    "Give the object a name that ends in .gz, or set \"compression\": \"gzip\" of the feed; then drop it again.");
        }

        foreach (var (beginning, what) in Others)
        {
            if (first.StartsWith(beginning) && (beginning[0] != (byte)'B' || first.EndsWith(BzipBlock)))
            {
                throw new RunFailedException(
                    $"{file} is {what} and no CSV", "Export the file as CSV, plain or packed by gzip, and drop it again.");
            }
        }
    }
}
