using System.Text;
using EtlWorker.Domain.Pipelines;

namespace EtlWorker.Export;

/// <summary>
/// Which characters an encoding has. Some of .NET's write one that is only like it, or a byte that the code page leaves undefined: a
/// character counts where it is read back as itself, and where the loader would take it.
/// </summary>
/// <param name="encoding">The encoding.</param>
internal sealed class ExportEncoding(FileEncoding encoding)
{
    private readonly Encoding _strict = Strict(encoding);
    private readonly bool _hasControls = encoding.Name.StartsWith("iso-8859-", StringComparison.Ordinal);
    private readonly Dictionary<Rune, bool> _known = [];

    /// <summary>An encoding of .NET's that throws where it lacks a character.</summary>
    public static Encoding Strict(FileEncoding encoding) =>
        Encoding.GetEncoding(encoding.Name, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback);

    /// <summary>The content type of a file in an encoding.</summary>
    public static string ContentTypeOf(ExportDefinition export) => $"text/csv; charset={CharsetOf(export)}";

    /// <returns>Where the first character stands that the encoding does not have; -1 where it has them all.</returns>
    /// <param name="text">Whole characters.</param>
    public int FirstLacking(ReadOnlySpan<char> text)
    {
        if (encoding.IsUnicode)
        {
            return -1;
        }

        var at = 0;
        foreach (var character in text.EnumerateRunes())
        {
            if (!character.IsAscii && !Has(character))
            {
                return at;
            }

            at += character.Utf16SequenceLength;
        }

        return -1;
    }

    /// <summary>A name without an order of bytes asks for the mark, and one with an order forbids it (RFC 2781, section 3).</summary>
    private static string CharsetOf(ExportDefinition export) => export.Encoding == FileEncoding.Utf16 && !export.Bom
        ? "utf-16le"
        : export.Encoding == FileEncoding.Utf16BigEndian && export.Bom ? FileEncoding.Utf16.Name : export.Encoding.Name;

    private bool Has(Rune character)
    {
        if (!_known.TryGetValue(character, out var has))
        {
            has = IsReadBack(character);
            _known.Add(character, has);
        }

        return has;
    }

    private bool IsReadBack(Rune character)
    {
        if ((Rune.IsControl(character) && !_hasControls) || character.Value is >= 0xF8F0 and <= 0xF8FF)
        {
            return false;
        }

        try
        {
            return _strict.GetString(_strict.GetBytes(character.ToString())) == character.ToString();
        }
        catch (Exception lacks) when (lacks is EncoderFallbackException or DecoderFallbackException)
        {
            return false;
        }
    }
}
