namespace EtlWorker.Domain.Rows;

/// <summary>json: a text of RFC 8259, kept byte for byte.</summary>
public sealed class JsonCodec : FieldCodec
{
    public override string Expects => $"JSON (RFC 8259), at most {JsonText.MostDepth} levels deep";

    public override int MaxEncodedLength(int fieldLength) => fieldLength;

    public override RejectCode Encode(ReadOnlySpan<byte> field, Span<byte> destination, out int written)
    {
        written = field.Length;
        var refused = JsonText.Check(field, isBinary: false);
        if (refused == RejectCode.None)
        {
            field.CopyTo(destination);
        }

        return refused;
    }
}
