using System.Text;

namespace EtlWorker.Infer;

/// <summary>Words that exports write where they have no value.</summary>
internal sealed class NullWords
{
    private const int Longest = 20;

    private static readonly string[] Known =
    [
        "NULL", "null", "Null", "(null)", "<null>", "\\N", "NA", "N/A", "n/a", "na", "#N/A", "#NV", "NaN", "nan", "NAN", "NaT", "None",
        "none", "NIL", "nil", "-", "--", "---", ".", "?", "n.a.", "k.A.", "missing", "unknown", "#VALUE!", "#REF!", "#DIV/0!",
        "0000-00-00", "0000-00-00 00:00:00", "00.00.0000", "00/00/0000",
    ];

    private static readonly byte[][] Bytes = [.. Known.Select(Encoding.UTF8.GetBytes)];
    private readonly Dictionary<int, (long Count, Place First)> _seen = [];

    /// <summary>Those that the column has, with how often and where first, in the order of the list.</summary>
    public IEnumerable<(string Word, long Count, Place First)> Seen =>
        _seen.OrderBy(one => one.Key).Select(one => (Known[one.Key], one.Value.Count, one.Value.First));

    public long Count { get; private set; }

    /// <param name="value">An unquoted field.</param>
    /// <param name="place">Where it stands.</param>
    /// <returns>Whether it is such a word, and was counted.</returns>
    public bool TryAdd(ReadOnlySpan<byte> value, Place place)
    {
        if (value.Length > Longest || (char.IsAsciiDigit((char)value[0]) && value[0] != (byte)'0'))
        {
            return false;
        }

        for (var word = 0; word < Bytes.Length; word++)
        {
            if (value.SequenceEqual(Bytes[word]))
            {
                _seen[word] = _seen.TryGetValue(word, out var known) ? (known.Count + 1, known.First) : (1, place);
                Count++;
                return true;
            }
        }

        return false;
    }
}
