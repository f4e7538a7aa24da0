namespace EtlWorker.Domain.Pipelines;

/// <summary>What a feed says of one column of its table.</summary>
public sealed record ColumnDefinition : ValueFormat
{
    /// <summary>What the file's header calls it; null: as the table does.</summary>
    public string? Name { get; init; }
}
