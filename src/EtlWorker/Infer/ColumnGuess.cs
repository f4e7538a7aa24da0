using EtlWorker.Domain.Pipelines;

namespace EtlWorker.Infer;

/// <summary>What a column probably is, and why.</summary>
/// <param name="Type">As SQL writes it.</param>
/// <param name="Format">How its values are written; nothing where PostgreSQL's own form is meant.</param>
/// <param name="Why">For a person.</param>
internal sealed record ColumnGuess(string Type, ColumnDefinition Format, string Why)
{
    public const string Text = "text";

    /// <summary>What cannot be known from the file, and what to write once a person knows it.</summary>
    public IReadOnlyList<string> Doubts { get; init; } = [];

    /// <summary>What is worth a look.</summary>
    public IReadOnlyList<string> Remarks { get; init; } = [];

    /// <summary>Whether it is a number whose decimal sign matters, so that a column without a word for it means the point.</summary>
    public bool HasFraction { get; init; }

    public bool IsText => Type == Text;

    public static ColumnGuess OfText(string why, params IEnumerable<string> doubts) =>
        new(Text, new ColumnDefinition(), why) { Doubts = [.. doubts] };
}
