namespace EtlWorker.IntegrationTests.Load;

/// <summary>A type of a column, and texts for it: good ones, those at its edges, and near misses.</summary>
/// <param name="Name">As a table's definition has it.</param>
/// <param name="Kind">What its texts look like.</param>
/// <param name="Good">Makes a text that it takes.</param>
/// <param name="Edges">Texts at the edges of what it takes.</param>
/// <param name="NearMisses">Texts that are almost good; PostgreSQL takes many of them.</param>
internal sealed record SqlType(string Name, SqlKind Kind, Func<Random, string> Good, string[] Edges, string[] NearMisses)
{
    private const string Slips = "0123456789-+:. eETZ,_xXn{}[]()\\\"'/\t\u00E9";

    /// <summary>Bytes that no text of UTF-8 has, whatever the type; each written as <see cref="SampleText.Bytes"/> has it.</summary>
    private static readonly string[] NoText =
    [
        "\0", "a\0b", "\uDCFF", "a\uDCFE", "\uDCC3", "\uDCC3(", "\uDCC0\uDC80", "\uDCED\uDCA0\uDC80", "\uDCE2\uDC82",
        "\uDCF4\uDC90\uDC80\uDC80", "\uDCF0\uDC9F\uDC98", "1\uDC80",
    ];

    /// <summary>Characters of a text, digits after the point of a number or a time; null where there is no limit.</summary>
    public int? Limit { get; init; }

    public string Clean(Random random) => Edges.Length > 0 && random.Next(5) == 0 ? random.Pick(Edges) : Good(random);

    public string Dirty(Random random) => random.Next(10) switch
    {
        < 5 when NearMisses.Length > 0 => random.Pick(NearMisses),
        < 9 => Slip(random, Clean(random)),
        _ => random.Pick(NoText),
    };

    public override string ToString() => Name;

    /// <summary>One character added, changed or lost.</summary>
    private static string Slip(Random random, string text)
    {
        var at = random.Next(text.Length + 1);
        return random.Next(3) switch
        {
            0 => text.Insert(at, $"{Slips[random.Next(Slips.Length)]}"),
            1 when at < text.Length => text.Remove(at, 1),
            _ when at < text.Length => text.Remove(at, 1).Insert(at, $"{Slips[random.Next(Slips.Length)]}"),
            _ => text + text,
        };
    }
}

internal enum SqlKind
{
    Integer,
    Numeric,
    Float,
    Boolean,
    Date,
    Timestamp,
    TimestampTz,
    Time,
    Uuid,
    Bytea,
    Json,
    Text,

    /// <summary>Parsed by the server whichever way it comes.</summary>
    ServerOnly,
}
