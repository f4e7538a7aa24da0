namespace EtlWorker.Infer;

/// <summary>The parts of a number's text, whatever its separators mean.</summary>
internal readonly record struct NumberText
{
    /// <summary>Which ways of writing numbers have this text.</summary>
    public NumberForms Forms { get; private init; }

    /// <summary>Digits before the first separator, or all.</summary>
    public int FirstDigits { get; private init; }

    /// <summary>All digits before the exponent.</summary>
    public int Digits { get; private init; }

    /// <summary>Digits behind the last separator, 0 where there is none.</summary>
    public int LastDigits { get; private init; }

    /// <summary>The last separator, for a space of any kind a space; '\0' where there is none.</summary>
    public char LastSeparator { get; private init; }

    public bool HasPoint { get; private init; }

    public bool HasComma { get; private init; }

    public bool HasExponent { get; private init; }

    /// <summary>Whether the exponent has a sign, or the number a separator: 12E5 may be a code.</summary>
    public bool IsPlainlyExponential { get; private init; }

    /// <summary>Zeros in front that a number would lose, 007.</summary>
    public bool HasLeadingZero { get; private init; }

    /// <returns>False where it is no number in any of the forms.</returns>
    public static bool TryRead(ReadOnlySpan<byte> text, out NumberText number)
    {
        number = default;
        var at = text is [(byte)'-', ..] ? 1 : 0;
        var start = at;
        int digits = 0, group = 0, firstDigits = -1, groups = 0;
        var (last, isGrouped) = ('\0', true);
        var firstKind = '\0';
        for (; at < text.Length; at++)
        {
            var value = text[at];
            if ((uint)(value - '0') <= 9)
            {
                digits++;
                group++;
                continue;
            }

            var separator = SeparatorAt(text, at, out var length);
            if (separator == '\0')
            {
                break;
            }

            // Every group between two separators has three digits, or the first one was no thousands separator.
            isGrouped &= firstDigits < 0 ? group is >= 1 and <= 3 : group == 3;
            firstDigits = firstDigits < 0 ? group : firstDigits;
            firstKind = firstKind == '\0' ? separator : firstKind;
            if (groups > 0 && last != firstKind)
            {
                return false;
            }

            (last, group) = (separator, 0);
            groups++;
            at += length - 1;
        }

        if (digits == 0 || !TryExponent(text[at..], out var hasExponent, out var isSigned))
        {
            return false;
        }

        var forms = FormsOf(groups, firstKind, last, isGrouped, group, firstDigits < 0 ? digits : firstDigits, text[start]);
        number = new NumberText
        {
            Forms = forms,
            FirstDigits = firstDigits < 0 ? digits : firstDigits,
            Digits = digits,
            LastDigits = groups == 0 ? 0 : group,
            LastSeparator = last,
            HasPoint = firstKind == '.' || last == '.',
            HasComma = firstKind == ',' || last == ',',
            HasExponent = hasExponent,
            IsPlainlyExponential = hasExponent && (isSigned || groups > 0),
            HasLeadingZero = text[start] == (byte)'0' && (firstDigits < 0 ? digits : firstDigits) > 1,
        };
        return forms != NumberForms.None;
    }

    private static NumberForms FormsOf(int groups, char first, char last, bool isGrouped, int lastGroup, int firstDigits, byte firstByte)
    {
        if (groups == 0)
        {
            return NumberForms.All;
        }

        // 0.123 has no thousands.
        var isThousands = isGrouped && firstByte != (byte)'0';
        var endsInThree = lastGroup == 3;
        if (groups == 1)
        {
            var asDecimal = last switch
            {
                '.' => NumberForms.PointIsDecimal,
                ',' => NumberForms.CommaIsDecimal,
                _ => NumberForms.None,
            };
            // With the groups that it should have, a number of four digits and more would have a separator there.
            asDecimal = firstDigits > 3
                ? asDecimal & (NumberForms.Point | NumberForms.Comma)
                : asDecimal;
            return asDecimal | (isThousands && endsInThree ? ThousandsBy(last) : NumberForms.None);
        }

        // Several separators: all of one kind are thousands, and one of another kind behind them is the decimal sign.
        return !isThousands ? NumberForms.None
            : first == last ? (endsInThree ? ThousandsBy(last) : NumberForms.None)
            : ThousandsBy(first) & (last == '.' ? NumberForms.PointIsDecimal : last == ',' ? NumberForms.CommaIsDecimal : NumberForms.None);
    }

    private static NumberForms ThousandsBy(char separator) => separator switch
    {
        '.' => NumberForms.CommaAndPoints,
        ',' => NumberForms.PointAndCommas,
        '\'' => NumberForms.PointAndApostrophes | NumberForms.CommaAndApostrophes,
        _ => NumberForms.PointAndSpaces | NumberForms.CommaAndSpaces,
    };

    private static char SeparatorAt(ReadOnlySpan<byte> text, int at, out int length)
    {
        length = 1;
        switch (text[at])
        {
            case (byte)'.':
                return '.';
            case (byte)',':
                return ',';
            case (byte)'\'':
                return '\'';
            case (byte)' ':
                return ' ';
            default:
                // U+00A0 and U+202F.
                length = text[at..] switch { [0xC2, 0xA0, ..] => 2, [0xE2, 0x80, 0xAF, ..] => 3, _ => 0 };
                return length > 0 ? ' ' : '\0';
        }
    }

    private static bool TryExponent(ReadOnlySpan<byte> text, out bool hasExponent, out bool isSigned)
    {
        (hasExponent, isSigned) = (text is [(byte)'e' or (byte)'E', ..], false);
        if (!hasExponent)
        {
            return text.IsEmpty;
        }

        text = text[1..];
        isSigned = text is [(byte)'-' or (byte)'+', ..];
        text = isSigned ? text[1..] : text;
        return text.Length is >= 1 and <= 4 && !text.ContainsAnyExceptInRange((byte)'0', (byte)'9');
    }
}
