namespace EtlWorker.Load;

/// <summary>What a table asks of its rows beyond their types, as PostgreSQL's catalogue has it.</summary>
internal sealed record TableRule
{
    public required TableRuleKind Kind { get; init; }

    /// <summary>Of the constraint or of the index.</summary>
    public required string Name { get; init; }

    /// <summary>A check's expression; null for the other kinds.</summary>
    public string? Expression { get; init; }

    /// <summary>The table's columns that it judges, unquoted.</summary>
    public required IReadOnlyList<string> Columns { get; init; }

    /// <summary>The table that a foreign key refers to.</summary>
    public Storage.TableName? Foreign { get; init; }

    /// <summary>Its columns, in the order of <see cref="Columns"/>.</summary>
    public IReadOnlyList<string> ForeignColumns { get; init; } = [];

    /// <summary>By which each column is compared, its schema included; null where it cannot be asked for.</summary>
    public IReadOnlyList<string?> Operators { get; init; } = [];

    /// <summary>What is written behind a column's name so that it has the type and the collation that are compared.</summary>
    public IReadOnlyList<string> Forms { get; init; } = [];

    /// <summary>The same behind the names of <see cref="ForeignColumns"/>, or those of the table's own rows.</summary>
    public IReadOnlyList<string> ForeignForms { get; init; } = [];

    /// <summary>Whether two NULLs are equal to a unique key.</summary>
    public bool NullsEqual { get; init; }
}

internal enum TableRuleKind
{
    Check,
    ForeignKey,
    UniqueKey,
}
