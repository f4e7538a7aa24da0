namespace EtlWorker.Domain.Rows;

/// <summary>
/// Checks the UTF-8 text of one field strictly and writes its value as PostgreSQL's binary format has it (big-endian,
/// without the length word). Strict: no spaces, signs, exponents or separators that the type does not have.
/// </summary>
/// <remarks>Binary formats: PostgreSQL's <c>*_send</c> functions, as COPY ... (FORMAT BINARY) reads them.</remarks>
public abstract class FieldCodec
{
    /// <summary>What a good value looks like, for the person who must correct a bad one.</summary>
    public abstract string Expects { get; }

    /// <summary>Digits after the point that the column keeps; null where it has no such limit.</summary>
    public virtual int? FractionDigits => null;

    /// <summary>Bytes that <see cref="Encode"/> may write for a field of this many bytes.</summary>
    public abstract int MaxEncodedLength(int fieldLength);

    /// <summary>Writes the value to the front of <paramref name="destination"/>, or says what is wrong with it.</summary>
    /// <param name="field">UTF-8, quotes removed.</param>
    /// <param name="destination">At least <see cref="MaxEncodedLength"/> bytes.</param>
    /// <param name="written">Bytes written; meaningless when the field is refused.</param>
    public abstract RejectCode Encode(ReadOnlySpan<byte> field, Span<byte> destination, out int written);
}
