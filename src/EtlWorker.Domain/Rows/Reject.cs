namespace EtlWorker.Domain.Rows;

/// <summary>A row refused.</summary>
/// <param name="Line">Where the row begins in the file, from 1; the header is line 1.</param>
/// <param name="Column">The table's column, or null when the row as a whole is at fault.</param>
/// <param name="Code">What is wrong.</param>
/// <param name="Reason">The same in words, without the value.</param>
/// <param name="RawText">The row as it stands in the file, cut; goes to the ledger only, never to a log or a notice.</param>
public sealed record Reject(long Line, string? Column, RejectCode Code, string Reason, string RawText)
{
    /// <summary>Bytes of UTF-8 of a row that are kept; cut between characters.</summary>
    public const int MostRawText = 4096;
}
