using Amazon.S3;
using EtlWorker.Domain.Drops;
using EtlWorker.Gate;
using EtlWorker.IntegrationTests.StandIns;
using EtlWorker.Objects;
using EtlWorker.StandIns;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EtlWorker.IntegrationTests.Gate;

/// <summary>Which drops of a batch are looked for before its date is claimed. Nothing is there under any of the keys.</summary>
public sealed class WithdrawnDropsTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 8, 0, 0, TimeSpan.Zero);

    private LocalAws _aws = null!;
    private AmazonS3Client _s3 = null!;
    private WithdrawnDrops _withdrawn = null!;

    public async ValueTask InitializeAsync()
    {
        _aws = await LocalAws.StartAsync(cancellationToken: TestContext.Current.CancellationToken);
        _aws.CreateBucket("landing");
        _s3 = AwsClients.S3(_aws);
        _withdrawn = new WithdrawnDrops(new S3Source(_s3, "landing"), new FakeTimeProvider(Now));
    }

    public async ValueTask DisposeAsync()
    {
        _s3.Dispose();
        await _aws.DisposeAsync();
    }

    [Fact]
    public async Task What_was_promised_to_the_next_batch_is_not_looked_for() => Assert.Equal(
        [1],
        await AmongAsync(
            Of(1, "a", DropDisposition.Pending), Of(2, "b", DropDisposition.Held), Of(3, "c", DropDisposition.Failed),
            Of(4, "d", DropDisposition.Loaded)));

    [Fact]
    public async Task Of_a_key_with_many_versions_the_newest_is_the_one_that_was_deleted() => Assert.Equal(
        [3, 4],
        await AmongAsync(
            Of(1, "a", DropDisposition.Pending), Of(2, "a", DropDisposition.Pending), Of(3, "a", DropDisposition.Pending),
            Of(4, "b", DropDisposition.Pending)));

    private async Task<IEnumerable<long>> AmongAsync(params Drop[] drops) =>
        (await _withdrawn.AmongAsync(drops, TestContext.Current.CancellationToken)).Select(drop => drop.Id);

    private static Drop Of(long id, string key, DropDisposition disposition) => new()
    {
        Id = id,
        Feed = "orders",
        Bucket = "landing",
        Key = key,
        VersionId = $"v{id}",
        Size = 1,
        EventTime = Now.AddHours(-2).AddSeconds(id),
        ReceivedAt = Now.AddHours(-2),
        Disposition = disposition,
    };
}
