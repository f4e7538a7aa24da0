using System.Buffers;

namespace EtlWorker.Domain.Rows;

/// <summary>bytea: \x and pairs of hexadecimal digits in any case; \x alone is no bytes at all.</summary>
public sealed class ByteaCodec : FieldCodec
{
    public override string Expects => "bytes in hexadecimal digits as \\x01ef";

    public override int MaxEncodedLength(int fieldLength) => fieldLength / 2;

    public override RejectCode Encode(ReadOnlySpan<byte> field, Span<byte> destination, out int written)
    {
        written = 0;
        return field.StartsWith("\\x"u8) && Convert.FromHexString(field[2..], destination, out _, out written) == OperationStatus.Done
            ? RejectCode.None
            : RejectCode.Bytea;
    }
}
