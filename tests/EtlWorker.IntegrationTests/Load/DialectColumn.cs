using System.Globalization;
using EtlWorker.Domain.Pipelines;

namespace EtlWorker.IntegrationTests.Load;

/// <summary>A column of a table, and values of its type in a format. The texts are .NET's, by other code than the loader's.</summary>
/// <param name="Name">Of the column.</param>
/// <param name="Type">Its SQL type.</param>
internal sealed record DialectColumn(string Name, string Type)
{
    private static readonly string[] Types =
    [
        "int", "bigint", "numeric(14,3)", "numeric", "money", "float8", "bool", "date", "time", "timestamp", "timestamptz", "text",
        "timestamp(3)",
    ];

    private static readonly string[] Words = ["plain", "two words", "\u00fc\u00df", "NA", "-", "1,5", "#hash", "don't", "a;b"];

    /// <summary>How the reference table has it: a point in time without zone, which its query puts into the feed's.</summary>
    public string OwnType => Type == "timestamptz" ? "timestamp" : Type;

    public static DialectColumn Random(Random random, int index) => new($"c{index}", random.Pick(Types));

    public DialectValue Value(Random random, ValueFormat format, char delimiter)
    {
        if (random.OneIn(12))
        {
            return new DialectValue(null, null);
        }

        if (random.OneIn(40) && Type != "text")
        {
            return new DialectValue("?", null, CodeOf());
        }

        return Type switch
        {
            "int" or "bigint" => Number(Text(random.Next(-2_000_000_000, 2_000_000_000)), random, format),
            "numeric(14,3)" or "numeric" or "money" => Fractional(random, format),
            "float8" => Number(Text(random.Next(-99_999_999, 99_999_999) / 64m), random, format),
            "bool" => Boolean(random, format),
            "date" => Time(random, random.Pick(format.Dates ?? ["yyyy-MM-dd"]), "yyyy-MM-dd", format),
            "time" => Time(random, random.Pick(format.Times ?? ["HH:mm:ss"]), "HH:mm:ss", format),
            "text" => Text(random, delimiter),
            _ => Time(random, random.Pick(format.Timestamps ?? ["yyyy-MM-dd HH:mm:ss"]), "yyyy-MM-dd HH:mm:ss.FFFFFF", format),
        };
    }

    private static string Text(decimal number) => number.ToString("0.######", CultureInfo.InvariantCulture);

    private string CodeOf() => Type switch
    {
        "int" or "bigint" => "integer",
        "bool" => "boolean",
        "date" => "date",
        "time" or "timestamp" or "timestamptz" or "timestamp(3)" => "timestamp",
        _ => "numeric",
    };

    private DialectValue Fractional(Random random, ValueFormat format)
    {
        var digits = Type == "money" ? 2 : 3;
        var own = (random.NextInt64(-9_999_999_999, 9_999_999_999) / 1000m).ToString($"F{digits}", CultureInfo.InvariantCulture);
        if (format.Fractions == Fractions.Truncate && Type != "numeric" && random.OneIn(2))
        {
            // Digits that the column does not keep.
            return Number(own, random, format) is var known ? known with { Theirs = known.Theirs + "49" } : null!;
        }

        return Number(own, random, format);
    }

    private static DialectValue Number(string own, Random random, ValueFormat format)
    {
        var sign = format.Decimal ?? '.';
        var (whole, fraction) = own.Split('.') is [var before, var after] ? (before, $"{sign}{after}") : (own, "");
        if (format.Thousands is { } separator && random.OneIn(2))
        {
            var (minus, digits) = whole.StartsWith('-') ? ("-", whole[1..]) : ("", whole);
            for (var at = digits.Length - 3; at > 0; at -= 3)
            {
                digits = digits.Insert(at, separator == ' ' && random.OneIn(3) ? "\u00a0" : separator.ToString());
            }

            whole = minus + digits;
        }

        return new DialectValue(whole + fraction, own);
    }

    private static DialectValue Boolean(Random random, ValueFormat format)
    {
        var isTrue = random.OneIn(2);
        var pair = random.Pick(format.Booleans ?? ["true/false"]).Split('/');
        var word = pair[isTrue ? 0 : 1];
        return new DialectValue(random.OneIn(3) ? word.ToUpperInvariant() : word, isTrue ? "t" : "f");
    }

    private DialectValue Time(Random random, string form, string own, ValueFormat format)
    {
        var culture = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        var pivot = format.PivotYear ?? 2049;
        culture.DateTimeFormat.Calendar.TwoDigitYearMax = pivot;
        if (format.Months is { } months)
        {
            var names = months.Append("").ToArray();
            var words = culture.DateTimeFormat;
            (words.MonthNames, words.MonthGenitiveNames) = (names, names);
            (words.AbbreviatedMonthNames, words.AbbreviatedMonthGenitiveNames) = (names, names);
        }

        var time = new DateTime(pivot - 99, 1, 1, 0, 0, 0, DateTimeKind.Unspecified)
            .AddMilliseconds(random.NextInt64(0, 3_155_000_000_000));
        var text = time.ToString(form, culture);
        var read = DateTime.ParseExact(text, form, culture, DateTimeStyles.NoCurrentDateDefault);
        if (Type == "timestamptz" && format.TimeZone is { } id
            && TimeZoneInfo.FindSystemTimeZoneById(id) is var zone && (zone.IsInvalidTime(read) || zone.IsAmbiguousTime(read)))
        {
            return new DialectValue(text, null, "timestamp");
        }

        return new DialectValue(text, read.ToString(own, CultureInfo.InvariantCulture));
    }

    private static DialectValue Text(Random random, char delimiter)
    {
        var text = $"{random.Pick(Words)}{(random.OneIn(4) ? delimiter.ToString() : "")}{(random.OneIn(9) ? "\n" : "")}{random.Next(100)}";
        return new DialectValue(text, text);
    }
}
