using System.Text.Unicode;
using EtlWorker.Domain.Text;

namespace EtlWorker.Domain.Rows;

/// <summary>
/// text, varchar(n) and char(n): valid UTF-8 without NUL, at most n characters (code points, as PostgreSQL counts them), blanks at
/// the end included. A shorter char(n) is padded by PostgreSQL when it receives it.
/// </summary>
/// <param name="maxCharacters">Null for no limit.</param>
/// <param name="characters">What the database can store; null for every character.</param>
public sealed class TextCodec(int? maxCharacters, CharacterSet? characters = null) : FieldCodec
{
    private readonly CharacterSet _characters = characters ?? CharacterSet.Unicode;

    public override string Expects => maxCharacters is { } most
        ? $"text of at most {most} {(_characters.CountsBytes ? "bytes" : "characters")}"
        : "text in UTF-8 without NUL";

    public override int MaxEncodedLength(int fieldLength) => fieldLength;

    public override RejectCode Encode(ReadOnlySpan<byte> field, Span<byte> destination, out int written)
    {
        written = field.Length;
        if (field.Contains((byte)0))
        {
            return RejectCode.NulByte;
        }

        if (!Utf8.IsValid(field) || !_characters.Holds(field))
        {
            return RejectCode.Encoding;
        }

        if (field.Length > maxCharacters && (_characters.CountsBytes || CountCodePoints(field) > maxCharacters))
        {
            return RejectCode.TooLong;
        }

        field.CopyTo(destination);
        return RejectCode.None;
    }

    /// <param name="utf8">Valid, so every byte that is no continuation begins a code point.</param>
    private static int CountCodePoints(ReadOnlySpan<byte> utf8)
    {
        var count = 0;
        foreach (var value in utf8)
        {
            count += (value & 0xC0) != 0x80 ? 1 : 0;
        }

        return count;
    }
}
