namespace EtlWorker.Infer;

/// <summary>A column of a proposed table.</summary>
/// <param name="Name">In SQL.</param>
/// <param name="Header">What the file calls it.</param>
/// <param name="Guess">What it is.</param>
/// <param name="Profile">Its values.</param>
internal sealed record ProposedColumn(string Name, string Header, ColumnGuess Guess, ColumnProfile Profile)
{
    // A column of fewer rows may lack nothing by chance.
    private const int LeastRows = 100;

    /// <summary>Rows in which it would be NULL.</summary>
    public long NullCount => Guess.IsText
        ? Profile.Empty
        : Profile.Empty + Profile.QuotedEmpty + Profile.Blank + Profile.Nulls.Count;

    public bool IsNotNull => NullCount == 0 && Profile is { Rows: >= LeastRows, Blank: 0 };

    /// <summary>Whether no value was seen twice, and none is missing.</summary>
    public bool MayBeKey => Profile is { Rows: > 1, Unique.Repeated: null } && Profile.Values == Profile.Rows
        && Guess.Type is not ("json" or "double precision" or "boolean") && Profile.Longest <= 200;
}
