namespace EtlWorker.Infer;

/// <summary>The ways in which a number's decimal sign and thousands separator may be written, as a set.</summary>
[Flags]
internal enum NumberForms
{
    None = 0,
    Point = 1,
    Comma = 2,
    PointAndCommas = 4,
    CommaAndPoints = 8,
    PointAndApostrophes = 16,
    CommaAndApostrophes = 32,
    PointAndSpaces = 64,
    CommaAndSpaces = 128,
    PointIsDecimal = Point | PointAndCommas | PointAndApostrophes | PointAndSpaces,
    CommaIsDecimal = Comma | CommaAndPoints | CommaAndApostrophes | CommaAndSpaces,
    All = 255,
}
