using System.Text;
using EtlWorker.Domain.Pipelines;
using EtlWorker.Domain.Rows;

namespace EtlWorker.Load.Hints;

/// <summary>
/// The values of one column that were refused: how many, and some of them, which are compared with forms and never reported.
/// </summary>
/// <param name="column">The column.</param>
/// <param name="format">How the feed says that its values are written.</param>
internal sealed class ColumnEvidence(TargetColumn column, ValueFormat format)
{
    private const int MostSamples = 200;
    private const int LongestSample = 60;

    /// <summary>Few outliers among many values are mistakes in rows, not another form.</summary>
    private const double Share = 0.95;

    private readonly List<string> _samples = [];
    private readonly Random _random = new(1);
    private readonly Dictionary<RejectCode, long> _codes = [];

    public string Name => column.Name;

    public TargetColumn Column => column;

    public ValueFormat Format => format;

    public long Count { get; private set; }

    /// <summary>Those that are short enough to be values of a form.</summary>
    public IReadOnlyList<string> Samples => _samples;

    public void Add(RejectCode code, ReadOnlySpan<byte> value)
    {
        Count++;
        _codes[code] = _codes.GetValueOrDefault(code) + 1;
        var place = _samples.Count < MostSamples ? _samples.Count : _random.NextInt64(Count);
        if (place < MostSamples && value.Length <= LongestSample)
        {
            var text = Encoding.UTF8.GetString(value);
            if (place < _samples.Count)
            {
                _samples[(int)place] = text;
            }
            else
            {
                _samples.Add(text);
            }
        }
    }

    public long CountOf(RejectCode code) => _codes.GetValueOrDefault(code);

    /// <summary>Whether nearly all of the values fit.</summary>
    public bool Fits(Predicate<string> form) =>
        _samples.Count > 0 && _samples.Count(sample => form(sample)) >= _samples.Count * Share;

    /// <summary>Whether the column takes a value as PostgreSQL writes it.</summary>
    public bool Takes(string value)
    {
        if (column.Codec is not { } codec)
        {
            return false;
        }

        var bytes = Encoding.UTF8.GetBytes(value);
        return codec.Encode(bytes, new byte[codec.MaxEncodedLength(bytes.Length)], out _) == RejectCode.None;
    }
}
