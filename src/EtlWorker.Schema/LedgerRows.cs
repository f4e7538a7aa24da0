using System.Text.Json;

// The ledger's rows, as EF Core's model needs them; what a column means stands in docs/contracts.md.
namespace EtlWorker.Schema;

internal sealed class DropRow
{
    public long Id { get; init; }
    public required string Pipeline { get; init; }
    public string? Feed { get; init; }
    public required string Bucket { get; init; }
    public required string Key { get; init; }
    public string? VersionId { get; init; }
    public string? Etag { get; init; }
    public long Size { get; init; }
    public string? Sequencer { get; init; }
    public DateTimeOffset EventTime { get; init; }
    public required string Source { get; init; }
    public DateTimeOffset ReceivedAt { get; init; }
    public required string Disposition { get; init; }
    public string? Reason { get; init; }
    public long? RunId { get; init; }
    public string? FormerDisposition { get; init; }
}

internal sealed class RunRow
{
    public long Id { get; init; }
    public required string Pipeline { get; init; }
    public DateOnly RunDate { get; init; }
    public DateOnly AsOf { get; init; }
    public required string TimeZone { get; init; }
    public required string Origin { get; init; }
    public required string State { get; init; }
    public int Attempt { get; init; }
    public int FirstAttempt { get; init; }
    public required string DefinitionHash { get; init; }
    public required string Worker { get; init; }
    public string? Error { get; init; }
    public string? Reason { get; init; }
    public required string[] Warnings { get; init; }
    public DateTimeOffset ClaimedAt { get; init; }
    public DateTimeOffset? CommittedAt { get; init; }
    public DateTimeOffset? EndedAt { get; init; }
    public DateTimeOffset? PassingSince { get; init; }
    public DateTimeOffset? PassingAt { get; init; }
    public int? PassingPoint { get; init; }
    public string? FormerState { get; init; }
    public string? RetryError { get; init; }
    public DateTimeOffset? RetryEndedAt { get; init; }
}

internal sealed class RunFeedRow
{
    public long RunId { get; init; }
    public int Attempt { get; init; }
    public required string Feed { get; init; }
    public long DropId { get; init; }
    public long Bytes { get; init; }
    public required string Sha256 { get; init; }
    public long RowsRead { get; init; }
    public long RowsLoaded { get; init; }
    public long RowsRejected { get; init; }
    public double Seconds { get; init; }
    public string? Indexes { get; init; }
}

internal sealed class RunStageRow
{
    public long RunId { get; init; }
    public int Attempt { get; init; }
    public required string Stage { get; init; }
    public DateTimeOffset StartedAt { get; init; }
    public DateTimeOffset? EndedAt { get; init; }
}

internal sealed class RejectRow
{
    public long Id { get; init; }
    public long RunId { get; init; }
    public int Attempt { get; init; }
    public required string Feed { get; init; }
    public long? DropId { get; init; }
    public long LineNumber { get; init; }
    public string? ColumnName { get; init; }
    public required string Code { get; init; }
    public required string Reason { get; init; }
    public required string RawText { get; init; }
}

internal sealed class RejectedFileRow
{
    public long RunId { get; init; }
    public int Attempt { get; init; }
    public long DropId { get; init; }
    public required string Feed { get; init; }
    public required string Header { get; init; }
    public int FieldCount { get; init; }
}

internal sealed class RunCheckRow
{
    public long RunId { get; init; }
    public int Attempt { get; init; }
    public required string CheckName { get; init; }
    public required string Verdict { get; init; }
    public long RowsFound { get; init; }
    public long? RowsOf { get; init; }
    public DateTimeOffset CheckedAt { get; init; }
}

internal sealed class CheckedRow
{
    public long RunId { get; init; }
    public int Attempt { get; init; }
    public required string CheckName { get; init; }
    public int RowNumber { get; init; }
    public required string Content { get; init; }
    public bool IsCut { get; init; }
}

internal sealed class DefinitionRow
{
    public required string Hash { get; init; }
    public required string Pipeline { get; init; }
    public required string Document { get; init; }
    public required JsonDocument Sql { get; init; }
    public DateTimeOffset FirstUsedAt { get; init; }
}

internal sealed class NotificationRow
{
    public long Id { get; init; }
    public required string Pipeline { get; init; }
    public long? RunId { get; init; }
    public DateOnly? RunDate { get; init; }
    public required string Kind { get; init; }
    public required string Subject { get; init; }
    public required string Body { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    public int Attempts { get; init; }
    public string? LastError { get; init; }
    public string? MessageId { get; init; }
    public DateTimeOffset? SentAt { get; init; }
    public DateTimeOffset? DueAt { get; init; }
    public long[]? DropIds { get; init; }
}

internal sealed class DeadlineWatchRow
{
    public required string Pipeline { get; init; }
    public DateTimeOffset JudgedUntil { get; init; }
}

internal sealed class PipelineRow
{
    public required string Name { get; init; }
    public required string Source { get; init; }
    public required string DefinitionHash { get; init; }
    public DateTimeOffset TakenAt { get; init; }
    public DateTimeOffset? RemovedAt { get; init; }
}

internal sealed class RefusedDefinitionRow
{
    public required string Source { get; init; }
    public required string Version { get; init; }
    public required string[] Faults { get; init; }
    public DateTimeOffset RefusedAt { get; init; }
}

internal sealed class WorkerRow
{
    public required string Name { get; init; }
    public required string Pipeline { get; init; }
    public required string DefinitionHash { get; init; }
    public required string Version { get; init; }
    public DateTimeOffset StartedAt { get; init; }
    public DateTimeOffset SeenAt { get; init; }
    public DateTimeOffset? StoppedAt { get; init; }
}

internal sealed class PipelineMigrationRow
{
    public required string Pipeline { get; init; }
    public required string File { get; init; }
    public required string Sha256 { get; init; }
    public DateTimeOffset AppliedAt { get; init; }
    public required string Worker { get; init; }
    public required string Version { get; init; }
}

internal sealed class UnreadableMessageRow
{
    public required string Queue { get; init; }
    public required string MessageId { get; init; }
    public required string Body { get; init; }
    public required string Reason { get; init; }
    public int ReceiveCount { get; init; }
    public DateTimeOffset FirstReceivedAt { get; init; }
    public DateTimeOffset LastReceivedAt { get; init; }
}
