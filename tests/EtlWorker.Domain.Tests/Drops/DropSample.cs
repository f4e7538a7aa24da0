using System.Globalization;
using EtlWorker.Domain.Drops;

namespace EtlWorker.Domain.Tests.Drops;

internal static class DropSample
{
    public static DateTimeOffset Instant(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);

    public static Drop Version(long id, string time, string? sequencer = null, string key = "orders.csv", string? versionId = null) => new()
    {
        Id = id,
        Feed = "orders",
        Bucket = "drops",
        Key = key,
        VersionId = versionId ?? $"v{id}",
        Size = 1,
        Sequencer = sequencer,
        EventTime = Instant($"2022-09-05T{time}Z"),
    };
}
