namespace EtlWorker.Infer;

/// <summary>What is known of a column's values, in bounded memory, once all of them were seen.</summary>
/// <param name="mostHashes">Values that are kept to see whether they repeat.</param>
internal sealed class ColumnProfile(int mostHashes)
{
    public NumberProfile Numbers { get; } = new();

    public DateTimeProfile DateTimes { get; } = new();

    public WordProfile Words { get; } = new();

    public CodecProfile Uuids { get; } = CodecProfile.OfUuid();

    public CodecProfile Documents { get; } = CodecProfile.OfJson();

    public NullWords Nulls { get; } = new();

    public UniqueValues Unique { get; } = new(mostHashes);

    /// <summary>Values that are there and no word for none.</summary>
    public long Values { get; private set; }

    public long Rows { get; private set; }

    /// <summary>Fields without a character.</summary>
    public long Empty { get; private set; }

    public Place FirstEmpty { get; private set; }

    /// <summary>Fields of nothing but a pair of quotes.</summary>
    public long QuotedEmpty { get; private set; }

    /// <summary>Unquoted fields with spaces around, or of nothing but spaces.</summary>
    public long Padded { get; private set; }

    public Example? FirstPadded { get; private set; }

    /// <summary>Unquoted fields of nothing but spaces.</summary>
    public long Blank { get; private set; }

    /// <summary>Characters of the longest value.</summary>
    public int Longest { get; private set; }

    public Example? First { get; private set; }

    /// <param name="field">Without its quotes.</param>
    /// <param name="isQuoted">Whether it had quotes.</param>
    /// <param name="place">Where its record begins.</param>
    public void Add(ReadOnlySpan<byte> field, bool isQuoted, Place place)
    {
        Rows++;
        if (field.IsEmpty)
        {
            FirstEmpty = Empty + QuotedEmpty == 0 ? place : FirstEmpty;
            (Empty, QuotedEmpty) = isQuoted ? (Empty, QuotedEmpty + 1) : (Empty + 1, QuotedEmpty);
            return;
        }

        var value = isQuoted ? field : field.Trim((byte)' ');
        if (value.Length < field.Length)
        {
            Padded++;
            FirstPadded ??= Example.Of(field, place);
            if (value.IsEmpty)
            {
                FirstEmpty = Empty + QuotedEmpty + Blank == 0 ? place : FirstEmpty;
                Blank++;
                return;
            }
        }

        Longest = Math.Max(Longest, field.Length <= Longest ? 0 : CountCharacters(field));
        if (!isQuoted && Nulls.TryAdd(value, place))
        {
            return;
        }

        First ??= Example.Of(value, place);
        Values++;
        Numbers.Add(value, place);
        DateTimes.Add(value, place);
        Words.Add(value, place);
        Uuids.Add(value, place);
        Documents.Add(value, place);
        Unique.Add(value, place);
    }

    private static int CountCharacters(ReadOnlySpan<byte> utf8)
    {
        var count = 0;
        foreach (var value in utf8)
        {
            count += (value & 0xC0) != 0x80 ? 1 : 0;
        }

        return count;
    }
}
