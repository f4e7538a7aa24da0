namespace EtlWorker.Domain.Pipelines;

/// <summary>What a feed's drops do to its table.</summary>
public enum LoadMode
{
    /// <summary>A snapshot: the table is emptied first, and only the newest drop counts.</summary>
    Replace,

    /// <summary>Every drop adds its rows.</summary>
    Append,

    /// <summary>Every drop adds its rows or replaces those with the same primary key.</summary>
    Merge,
}
