namespace EtlWorker.Domain.Rows;

/// <summary>Words of the file's own for true and false.</summary>
public sealed class BooleanForm : FieldForm
{
    private readonly WordList _words;

    /// <param name="pairs">True and false with a slash between them, <c>ja/nein</c>.</param>
    public BooleanForm(IReadOnlyList<string> pairs)
    {
        _words = new WordList(pairs.SelectMany(pair => pair.Split('/', 2)));
        Expects = $"one of the words {string.Join(", ", pairs)}";
    }

    public override string Expects { get; }

    public override RejectCode Rewrite(ReadOnlySpan<byte> field, ref byte[] text, out int written)
    {
        Reserve(ref text, 1);
        written = 1;
        var word = _words.IndexOf(field);
        text[0] = word % 2 == 0 ? (byte)'t' : (byte)'f';
        return word < 0 ? RejectCode.Boolean : RejectCode.None;
    }
}
