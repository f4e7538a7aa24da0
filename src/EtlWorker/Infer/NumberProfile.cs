using EtlWorker.Domain.Rows;

namespace EtlWorker.Infer;

/// <summary>What a column's numbers have in common.</summary>
internal sealed class NumberProfile : KindProfile
{
    private static readonly IntegerCodec LargestInteger = new(8);
    private readonly byte[] _scratch = new byte[8];

    /// <summary>The ways of writing numbers that all values so far have.</summary>
    public NumberForms Forms { get; private set; } = NumberForms.All;

    /// <summary>Where the first value is that a way of writing does not have, by way.</summary>
    public Dictionary<NumberForms, Example> Against { get; } = [];

    public Example? LeadingZero { get; private set; }

    public Example? Exponent { get; private set; }

    /// <summary>A value such as 12E5, which may be a code.</summary>
    public Example? DoubtfulExponent { get; private set; }

    public Example? FirstSeparated { get; private set; }

    public bool HasPoint { get; private set; }

    public bool HasComma { get; private set; }

    /// <summary>Whether a space or an apostrophe stands between digits.</summary>
    public bool HasOther { get; private set; }

    /// <summary>Most digits in all.</summary>
    public int MostDigits { get; private set; }

    /// <summary>Most digits before a separator that is the last one.</summary>
    public int MostDigitsBefore { get; private set; }

    /// <summary>Fewest and most digits behind a point that is the last separator; 0 and 0 where there is none.</summary>
    public (int Fewest, int Most) BehindPoint { get; private set; } = (int.MaxValue, 0);

    public (int Fewest, int Most) BehindComma { get; private set; } = (int.MaxValue, 0);

    /// <summary>Whether a number without separators is beyond bigint.</summary>
    public bool IsBeyondBigint { get; private set; }

    protected override bool Fits(ReadOnlySpan<byte> value, Place place)
    {
        if (!NumberText.TryRead(value, out var number))
        {
            return false;
        }

        if ((Forms & ~number.Forms) is var lost && lost != NumberForms.None)
        {
            var remaining = Forms & number.Forms;
            if (remaining == NumberForms.None)
            {
                return false;
            }

            NoteLoss(lost, value, place);
            Forms = remaining;
        }

        Measure(number, value, place);
        return true;
    }

    private void NoteLoss(NumberForms lost, ReadOnlySpan<byte> value, Place place)
    {
        for (var form = 1; form <= (int)NumberForms.CommaAndSpaces; form <<= 1)
        {
            if (((int)lost & form) != 0)
            {
                Against.TryAdd((NumberForms)form, Example.Of(value, place));
            }
        }
    }

    private void Measure(NumberText number, ReadOnlySpan<byte> value, Place place)
    {
        LeadingZero ??= number.HasLeadingZero ? Example.Of(value, place) : null;
        if (number.HasExponent)
        {
            Exponent ??= Example.Of(value, place);
            DoubtfulExponent ??= number.IsPlainlyExponential ? null : Example.Of(value, place);
        }

        if (number.LastSeparator != '\0')
        {
            FirstSeparated ??= Example.Of(value, place);
            HasOther |= !(number.HasPoint || number.HasComma);
        }

        HasPoint |= number.HasPoint;
        HasComma |= number.HasComma;
        MostDigits = Math.Max(MostDigits, number.Digits);
        MostDigitsBefore = Math.Max(MostDigitsBefore, number.Digits - number.LastDigits);
        if (number.LastSeparator == '.')
        {
            BehindPoint = (Math.Min(BehindPoint.Fewest, number.LastDigits), Math.Max(BehindPoint.Most, number.LastDigits));
        }
        else if (number.LastSeparator == ',')
        {
            BehindComma = (Math.Min(BehindComma.Fewest, number.LastDigits), Math.Max(BehindComma.Most, number.LastDigits));
        }

        if (number is { Digits: > 18, LastSeparator: '\0', HasExponent: false })
        {
            IsBeyondBigint |= LargestInteger.Encode(value, _scratch, out _) != RejectCode.None;
        }
    }
}
