using System.Buffers;
using System.Globalization;
using System.Text;

namespace EtlWorker.Domain.Text;

/// <summary>
/// The text of a file that must be UTF-8. A decoder that puts U+FFFD in the place of what is not changes what the file says.
/// </summary>
public static class StrictUtf8
{
    private const char ByteOrderMark = '\uFEFF';

    private static ReadOnlySpan<byte> LittleEndianMark => [0xFF, 0xFE];

    private static ReadOnlySpan<byte> BigEndianMark => [0xFE, 0xFF];

    /// <param name="bytes">The file.</param>
    /// <returns>Its text, without byte order marks in front.</returns>
    /// <exception cref="FormatException">What is wrong and what to do, after the file's name; the first bad byte counts from 1.</exception>
    public static string Decode(ReadOnlySpan<byte> bytes)
    {
        if (bytes.StartsWith(LittleEndianMark) || bytes.StartsWith(BigEndianMark))
        {
            throw new FormatException("is UTF-16: save the file as UTF-8");
        }

        var good = LengthOfGood(bytes);
        if (good < bytes.Length)
        {
            var line = bytes[..good].Count((byte)'\n') + 1;
            var what = bytes[good] == 0 ? "is NUL" : "is not UTF-8";
            throw new FormatException(string.Create(
                CultureInfo.InvariantCulture,
                $"line {line}, byte {good + 1} of the file (0x{bytes[good]:X2}) {what}: save the file as UTF-8"));
        }

        return Encoding.UTF8.GetString(bytes).TrimStart(ByteOrderMark);
    }

    private static int LengthOfGood(ReadOnlySpan<byte> bytes)
    {
        var at = 0;
        while (at < bytes.Length && bytes[at] != 0 && Rune.DecodeFromUtf8(bytes[at..], out _, out var length) == OperationStatus.Done)
        {
            at += length;
        }

        return at;
    }
}
