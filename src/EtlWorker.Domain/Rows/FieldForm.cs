namespace EtlWorker.Domain.Rows;

/// <summary>
/// A form in which a file writes its values: turns the text of a field into the one form that a <see cref="FieldCodec"/> takes. It
/// decides of no value; what it does not understand is refused, or left as it is for the codec to refuse.
/// </summary>
public abstract class FieldForm
{
    /// <summary>What a good value looks like in the file, for the person who must correct a bad one.</summary>
    public abstract string Expects { get; }

    /// <param name="field">UTF-8, quotes removed.</param>
    /// <param name="text">Takes the codec's form; made larger where it must be.</param>
    /// <param name="written">Bytes written; meaningless when the field is refused.</param>
    public abstract RejectCode Rewrite(ReadOnlySpan<byte> field, ref byte[] text, out int written);

    protected static void Reserve(ref byte[] text, int bytes) => text = text.Length < bytes ? new byte[2 * bytes] : text;

    protected static RejectCode Copy(ReadOnlySpan<byte> field, ref byte[] text, out int written)
    {
        Reserve(ref text, field.Length);
        field.CopyTo(text);
        written = field.Length;
        return RejectCode.None;
    }
}
