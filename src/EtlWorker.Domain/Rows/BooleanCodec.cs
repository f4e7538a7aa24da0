using System.Text;

namespace EtlWorker.Domain.Rows;

/// <summary>bool: true, false, t, f, 1 or 0, in any case.</summary>
public sealed class BooleanCodec : FieldCodec
{
    private const byte False = 0;
    private const byte True = 1;
    private const byte Neither = 2;

    public override string Expects => "true, false, t, f, 1 or 0";

    public override int MaxEncodedLength(int fieldLength) => 1;

    public override RejectCode Encode(ReadOnlySpan<byte> field, Span<byte> destination, out int written)
    {
        written = 1;
        var value = field switch
        {
            [(byte)'t' or (byte)'T' or (byte)'1'] => True,
            [(byte)'f' or (byte)'F' or (byte)'0'] => False,
            _ when Ascii.EqualsIgnoreCase(field, "true"u8) => True,
            _ when Ascii.EqualsIgnoreCase(field, "false"u8) => False,
            _ => Neither,
        };
        destination[0] = value;
        return value == Neither ? RejectCode.Boolean : RejectCode.None;
    }
}
