using EtlWorker.Storage;

namespace EtlWorker.Load;

/// <summary>The table is the schema: its columns are read from the catalogue at the start of each load.</summary>
/// <param name="Name">Schema-qualified.</param>
/// <param name="Columns">In the table's order, generated columns left out.</param>
internal sealed record TargetTable(TableName Name, IReadOnlyList<TargetColumn> Columns);
