using System.Text;

namespace EtlWorker.Domain.Rows;

/// <summary>bool: true, false, t, f, 1 or 0, in any case.</summary>
public sealed class BooleanCodec : FieldCodec
{
    public override string Expects => "true, false, t, f, 1 or 0";

    public override int MaxEncodedLength(int fieldLength) => 1;

    public override RejectCode Encode(ReadOnlySpan<byte> field, Span<byte> destination, out int written)
    {
        written = 1;
        if (Ascii.EqualsIgnoreCase(field, "true"u8) || Ascii.EqualsIgnoreCase(field, "t"u8) || field.SequenceEqual("1"u8))
        {
            destination[0] = 1;
            return RejectCode.None;
        }

        destination[0] = 0;
        return Ascii.EqualsIgnoreCase(field, "false"u8) || Ascii.EqualsIgnoreCase(field, "f"u8) || field.SequenceEqual("0"u8)
            ? RejectCode.None
            : RejectCode.Boolean;
    }
}
