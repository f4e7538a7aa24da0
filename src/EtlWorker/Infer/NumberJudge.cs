using EtlWorker.Domain.Pipelines;
using EtlWorker.Domain.Text;

namespace EtlWorker.Infer;

/// <summary>Decides which type numbers have, and how they are written, or that it cannot be known.</summary>
internal static class NumberJudge
{
    // Room for larger numbers than this file has.
    private const int MostIntegerDigits = 8;
    private const int MostBigintDigits = 18;
    private const int LeastPrecision = 18;
    private const int SpareDigits = 4;

    // Every decimal number of so many digits is one double, and comes back from it.
    private const int MostDoubleDigits = 15;

    /// <param name="numbers">Values that all are numbers.</param>
    /// <param name="dates">What of them are dates.</param>
    /// <param name="places">Names lines.</param>
    public static ColumnGuess Judge(NumberProfile numbers, DateTimeProfile dates, Places places)
    {
        if (numbers.LeadingZero is { } zero)
        {
            return ColumnGuess.OfText($"digits with zeros in front, {places.Of(zero)}, which a number would lose",
                "Zeros in front: text keeps them. If they mean nothing, write a number's type.");
        }

        if (numbers.DoubtfulExponent is { } code)
        {
            return ColumnGuess.OfText($"{places.Of(code)} may be a code or a number with an exponent",
                $"{places.Of(code)} is a code, or a number: if a number, write `double precision`.");
        }

        return AmbiguousSign(numbers, places) ?? Decided(numbers, dates, places);
    }

    private static ColumnGuess? AmbiguousSign(NumberProfile numbers, Places places)
    {
        var (asDecimal, asThousands, sign) = numbers switch
        {
            { HasPoint: true, HasComma: false } => (NumberForms.PointIsDecimal, NumberForms.CommaAndPoints, '.'),
            { HasComma: true, HasPoint: false } => (NumberForms.CommaIsDecimal, NumberForms.PointAndCommas, ','),
            _ => (NumberForms.None, NumberForms.None, ' '),
        };
        if ((numbers.Forms & asDecimal) == 0 || (numbers.Forms & asThousands) == 0)
        {
            return null;
        }

        var other = sign == '.' ? ',' : '.';
        var fraction = sign == '.' ? "`numeric`" : "`numeric` with `\"decimal\": \",\"`";
        return ColumnGuess.OfText($"the {Name(sign)} in {places.Of(numbers.FirstSeparated!)} may be a decimal sign or stand between "
            + $"thousands",
            $"{places.Of(numbers.FirstSeparated!)}: every {Name(sign)} has three digits behind it, so it may be a decimal sign or a "
                + $"thousands "
            + $"separator. Another number of digits behind it, or a second one in a number, would decide. A fraction: {fraction}. "
            + $"Thousands: `bigint` with `\"decimal\": \"{other}\", \"thousands\": \"{sign}\"`.");
    }

    private static ColumnGuess Decided(NumberProfile numbers, DateTimeProfile dates, Places places)
    {
        var forms = numbers.Forms;
        var comma = numbers.HasComma && (forms & NumberForms.CommaIsDecimal) != 0 && (forms & NumberForms.PointAndCommas) == 0
            || (numbers.HasPoint && (forms & NumberForms.PointIsDecimal) == 0);
        var thousands = ThousandsOf(forms);
        var behind = comma ? numbers.BehindComma : numbers.BehindPoint;
        var hasFraction = behind.Most > 0 && (comma ? numbers.HasComma : numbers.HasPoint) && thousands != (comma ? ',' : '.');
        var format = new ColumnDefinition
        {
            Decimal = comma ? ',' : null,
            Thousands = thousands,
        };
        var (type, why) = numbers.Exponent is { } exponent ? OfExponent(numbers, exponent, places)
            : hasFraction ? OfFraction(numbers, behind)
            : OfWhole(numbers);
        format = type == "numeric" && numbers.Exponent is not null ? format with { Exponents = true } : format;
        var decides = Decider(numbers, comma, thousands, places);
        return new ColumnGuess(type, format, why + decides)
        {
            HasFraction = hasFraction || thousands is not null,
            Remarks = [.. Remarks(numbers, dates)],
        };
    }

    private static IEnumerable<string> Remarks(NumberProfile numbers, DateTimeProfile dates)
    {
        if (numbers is { MostDigits: 1, HasPoint: false, HasComma: false })
        {
            yield return "If 0 and 1 alone are there and mean no and yes, `boolean` takes them too.";
        }

        if (dates.HasAll)
        {
            yield return "The values may be dates as well (`yyyyMMdd`): if so, write `date` with `\"dates\": [\"yyyyMMdd\"]`.";
        }

        if (numbers.Exponent is not null)
        {
            yield return "A spreadsheet writes long numbers with an exponent and loses their last digits: see that none was an id.";
        }
    }

    private static (string Type, string Why) OfExponent(NumberProfile numbers, Example exponent, Places places) =>
        numbers.MostDigits <= MostDoubleDigits
            ? ("double precision", $"numbers, some with an exponent, {places.Of(exponent)}; none has more digits than a double keeps")
            : ("numeric", $"numbers, some with an exponent, {places.Of(exponent)}, of more digits than a double keeps");

    private static (string Type, string Why) OfFraction(NumberProfile numbers, (int Fewest, int Most) behind)
    {
        if (behind.Fewest < behind.Most)
        {
            return ("numeric", $"numbers with {behind.Fewest} to {behind.Most} digits behind the decimal sign");
        }

        var precision = Math.Max(LeastPrecision, numbers.MostDigitsBefore + behind.Most + SpareDigits);
        return ($"numeric({precision},{behind.Most})",
            $"numbers with {Counted.Of(behind.Most, "digit")} behind the decimal sign and at most {numbers.MostDigitsBefore} before it");
    }

    private static (string Type, string Why) OfWhole(NumberProfile numbers)
    {
        var why = $"whole numbers of at most {Counted.Of(numbers.MostDigits, "digit")}";
        return numbers.MostDigits <= MostIntegerDigits ? ("integer", why)
            : numbers.MostDigits <= MostBigintDigits || (numbers is
            {
                IsBeyondBigint: false, MostDigits: 19, HasPoint: false,
                HasComma: false,
                HasOther: false
            }) ? ("bigint", why)
            : ("numeric", $"{why}, more than bigint has");
    }

    private static char? ThousandsOf(NumberForms forms) =>
        (forms & (NumberForms.Point | NumberForms.Comma)) != 0 ? null
        : (forms & NumberForms.PointAndCommas) != 0 ? ','
        : (forms & NumberForms.CommaAndPoints) != 0 ? '.'
        : (forms & (NumberForms.PointAndApostrophes | NumberForms.CommaAndApostrophes)) != 0 ? '\''
        : ' ';

    /// <summary>Which line says what the signs mean.</summary>
    private static string Decider(NumberProfile numbers, bool comma, char? thousands, Places places)
    {
        var rival = comma ? NumberForms.PointAndCommas : NumberForms.CommaAndPoints;
        var signs = $"{(numbers.HasPoint || numbers.HasComma ? $"; the decimal sign is the {Name(comma ? ',' : '.')}" : "")}"
            + $"{(thousands is { } between ? $", thousands are separated by the {Name(between)}" : "")}";
        return (numbers.HasPoint || numbers.HasComma) && numbers.Against.TryGetValue(rival, out var decider)
            ? $"{signs}, by {places.Of(decider)}"
            : thousands is not null || numbers.HasComma ? signs : "";
    }

    private static string Name(char sign) => sign switch { '.' => "point", ',' => "comma", '\'' => "apostrophe", _ => "space" };
}
