namespace EtlWorker.Domain.Rows;

/// <summary>
/// jsonb: a text of RFC 8259 that PostgreSQL can take apart: no \u0000, no half of a surrogate pair, every number within numeric.
/// </summary>
/// <remarks>A version byte, 1, and the text.</remarks>
public sealed class JsonbCodec : FieldCodec
{
    private const byte Version = 1;

    public override string Expects =>
        $"JSON (RFC 8259), at most {JsonText.MostDepth} levels deep, without \\u0000, lone surrogates or numbers beyond numeric";

    public override int MaxEncodedLength(int fieldLength) => fieldLength + 1;

    public override RejectCode Encode(ReadOnlySpan<byte> field, Span<byte> destination, out int written)
    {
        written = field.Length + 1;
        var refused = JsonText.Check(field, isBinary: true);
        if (refused == RejectCode.None)
        {
            destination[0] = Version;
            field.CopyTo(destination[1..]);
        }

        return refused;
    }
}
