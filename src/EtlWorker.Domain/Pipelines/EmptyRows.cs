namespace EtlWorker.Domain.Pipelines;

/// <summary>What a row of nothing but delimiters is.</summary>
public enum EmptyRows
{
    /// <summary>A blank line, as spreadsheets leave them behind their data.</summary>
    Skip,

    /// <summary>A row, whose every field is empty.</summary>
    Load,
}
