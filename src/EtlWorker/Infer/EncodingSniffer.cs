using System.Globalization;
using EtlWorker.Domain.Pipelines;
using EtlWorker.Domain.Text;

namespace EtlWorker.Infer;

/// <summary>Guesses what a file is written in from all of its bytes.</summary>
internal static class EncodingSniffer
{
    // Beyond that share of control characters it is no text.
    private const double MostControls = 0.01;

    /// <param name="census">All bytes of the file.</param>
    /// <param name="path">For messages.</param>
    /// <exception cref="CannotInferException">It is no text.</exception>
    public static EncodingGuess Guess(ByteCensus census, string path)
    {
        switch (census.First)
        {
            case [0xEF, 0xBB, 0xBF, ..]:
                return new EncodingGuess(FileEncoding.Utf8, "the byte order mark says so") { IsMarked = true };
            case [0xFF, 0xFE, ..]:
                return new EncodingGuess(FileEncoding.Utf16, "the byte order mark says so") { IsMarked = true };
            case [0xFE, 0xFF, ..]:
                return new EncodingGuess(FileEncoding.Utf16BigEndian, "the byte order mark says so") { IsMarked = true };
        }

        if (WithoutMark(census) is { } wide)
        {
            return new EncodingGuess(wide, "every second byte of its ASCII characters is a NUL; there is no byte order mark");
        }

        if (census.NulCount > census.Length / 1000 || census.ControlCount > MostControls * census.Length)
        {
            throw new CannotInferException(
                $"{path} is no text: {Counted.Of(census.NulCount + census.ControlCount, "byte")} of {census.Length:N0} are control "
                    + $"characters."
                    + " Export the file as CSV, plain or packed by gzip.");
        }

        if (census.IsAscii)
        {
            return new EncodingGuess(FileEncoding.Utf8,
                "every character is ASCII, which most encodings have alike; the first letter beyond ASCII of another file will tell");
        }

        if (census.BadSequences == 0)
        {
            return new EncodingGuess(FileEncoding.Utf8, $"all {Counted.Of(census.GoodSequences, "character")} beyond ASCII are good UTF-8");
        }

        return census.GoodSequences > 20 * census.BadSequences
            ? new EncodingGuess(FileEncoding.Utf8, string.Create(CultureInfo.InvariantCulture,
                $"{census.GoodSequences:N0} characters beyond ASCII are good UTF-8; {census.BadSequences:N0} are not, and their rows "
                    + $"are rejected"))
            { IsAmbiguous = true }
            : CharacterGuess.Of(census.Sample);
    }

    private static FileEncoding? WithoutMark(ByteCensus census) => census.NulsByParity switch
    {
        _ when census.NulCount < 3 || census.NulCount < census.Length / 20 => null,
        var (even, odd) when odd > 50 * even => FileEncoding.Utf16,
        var (even, odd) when even > 50 * odd => FileEncoding.Utf16BigEndian,
        _ => null,
    };
}
