using System.Buffers;

namespace EtlWorker.Domain.Rows;

/// <summary>uuid: 32 hexadecimal digits in any case, with dashes as 8-4-4-4-12 or without any, perhaps in braces.</summary>
public sealed class UuidCodec : FieldCodec
{
    private const int TextLength = 36;
    private const int Bytes = 16;

    public override string Expects => "a UUID as 01234567-89ab-cdef-0123-456789abcdef";

    public override int MaxEncodedLength(int fieldLength) => Bytes;

    public override RejectCode Encode(ReadOnlySpan<byte> field, Span<byte> destination, out int written)
    {
        written = Bytes;
        field = field is [(byte)'{', .. var inner, (byte)'}'] ? inner : field;
        if (field.Length == 2 * Bytes)
        {
            return Decode(field, destination);
        }

        if (field.Length != TextLength
            || field[8] != (byte)'-' || field[13] != (byte)'-' || field[18] != (byte)'-' || field[23] != (byte)'-')
        {
            return RejectCode.Uuid;
        }

        Span<byte> digits = stackalloc byte[2 * Bytes];
        field[..8].CopyTo(digits);
        field[9..13].CopyTo(digits[8..]);
        field[14..18].CopyTo(digits[12..]);
        field[19..23].CopyTo(digits[16..]);
        field[24..].CopyTo(digits[20..]);
        return Decode(digits, destination);
    }

    private static RejectCode Decode(ReadOnlySpan<byte> digits, Span<byte> destination) =>
        Convert.FromHexString(digits, destination[..Bytes], out _, out _) == OperationStatus.Done ? RejectCode.None : RejectCode.Uuid;
}
