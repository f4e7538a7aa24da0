using System.Text;
using EtlWorker.Domain.Pipelines;
using EtlWorker.Domain.Rows;

namespace EtlWorker.Load.Hints;

/// <summary>Recognises numbers with a decimal comma, with separators of thousands, or with an exponent.</summary>
internal static class NumberHints
{
    private const char Space = ' ';
    private static readonly (char Decimal, char? Thousands)[] Forms =
    [
        (',', null), (',', '.'), ('.', ','), (',', Space), ('.', Space), (',', '\''), ('.', '\''),
    ];

    /// <summary>The hints for a column of numbers; two of them where no value decides between two forms.</summary>
    public static IReadOnlyList<Hint> Of(ColumnEvidence column)
    {
        var now = (column.Format.Decimal ?? '.', column.Format.Thousands);
        var fitting = Forms.Where(form => form != now && column.Fits(value => Fits(column, value, form))
            && (form.Thousands is not { } mark || column.Samples.Any(value => Unified(value).Contains(mark)))).ToList();
        var hints = fitting.Select(HintOf).ToList();
        if (column.Format.Fractions != Fractions.Truncate && column.Fits(value => IsTooLong(column, value)))
        {
            hints.Add(new Hint("have more digits after the point than the column keeps", "\"fractions\": \"truncate\""));
        }

        if (hints.Count > 0)
        {
            return hints;
        }

        return column.Format.Exponents != true && column.Fits(HasExponent) ? [new Hint("have an exponent", "\"exponents\": true")] : [];
    }

    private static bool Fits(ColumnEvidence column, string value, (char Decimal, char? Thousands) form) =>
        TryRead(Unified(value.Trim()), form.Decimal, form.Thousands, out var plain) && column.Takes(plain);

    /// <summary>Whether the column takes the number without its last digits.</summary>
    private static bool IsTooLong(ColumnEvidence column, string value) =>
        column.Column.Codec is not IntegerCodec && TryRead(value, '.', null, out _)
        && value.IndexOf('.', StringComparison.Ordinal) is var point && point > 0
        && Enumerable.Range(1, value.Length - point - 1).Any(cut => column.Takes(value[..^cut]));

    private static Hint HintOf((char Decimal, char? Thousands) form)
    {
        var mark = form.Thousands switch
        {
            '.' => "points between thousands",
            ',' => "commas between thousands",
            Space => "spaces between thousands",
            '\'' => "apostrophes between thousands",
            _ => "",
        };
        var options = form.Thousands is { } thousands ? $"\"thousands\": \"{thousands}\"" : "";
        return form.Decimal == ','
            ? new Hint(
                mark.Length == 0 ? "have a decimal comma" : $"have a decimal comma and {mark}",
                options.Length == 0 ? "\"decimal\": \",\"" : $"\"decimal\": \",\", {options}")
            : new Hint($"have {mark}", options);
    }

    /// <summary>Spaces that are not broken count as spaces.</summary>
    private static string Unified(string value) => value.Replace('\u00A0', Space).Replace('\u202F', Space);

    /// <summary>Groups of three only, in the whole number or nowhere.</summary>
    private static bool TryRead(string value, char decimalMark, char? thousands, out string plain)
    {
        plain = "";
        var sign = value.StartsWith('-') ? "-" : "";
        var parts = value[sign.Length..].Split(decimalMark);
        if (parts.Length > 2 || parts.Any(part => part.Length == 0))
        {
            return false;
        }

        var groups = thousands is { } mark ? parts[0].Split(mark) : [parts[0]];
        if (!groups.Concat(parts.Skip(1)).All(group => group.Length > 0 && group.All(char.IsAsciiDigit))
            || (groups.Length > 1 && (groups[0].Length > 3 || groups.Skip(1).Any(group => group.Length != 3))))
        {
            return false;
        }

        plain = new StringBuilder(sign).AppendJoin("", groups).Append(parts.Length > 1 ? $".{parts[1]}" : "").ToString();
        return true;
    }

    private static bool HasExponent(string value)
    {
        var at = value.IndexOfAny(['e', 'E']);
        return at > 0 && TryRead(value[..at], '.', null, out _)
            && value[(at + 1)..].TrimStart('+', '-') is { Length: > 0 } digits && digits.All(char.IsAsciiDigit);
    }
}
