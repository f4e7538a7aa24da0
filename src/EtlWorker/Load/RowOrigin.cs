namespace EtlWorker.Load;

/// <summary>What a row is copied with, beside its own columns, so that it can be named later.</summary>
internal enum RowOrigin
{
    None,

    /// <summary>The line where it begins.</summary>
    Line,

    /// <summary>The line and the row as it stands in the file, cut.</summary>
    LineAndText,
}
