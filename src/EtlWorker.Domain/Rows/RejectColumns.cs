namespace EtlWorker.Domain.Rows;

/// <summary>What a file of rejects says of each row, after the row's own columns.</summary>
public static class RejectColumns
{
    public const string Line = "_line";
    public const string Column = "_column";
    public const string Code = "_code";
    public const string Reason = "_reason";

    public static IReadOnlyList<string> Names { get; } = [Line, Column, Code, Reason];
}
