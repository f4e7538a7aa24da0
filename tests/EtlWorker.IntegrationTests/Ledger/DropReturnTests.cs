using EtlWorker.Domain.Drops;
using EtlWorker.IntegrationTests.Rigging;
using Xunit;

namespace EtlWorker.IntegrationTests.Ledger;

/// <summary>Drops that were recorded as ignored or gone, and what makes them count.</summary>
public sealed class DropReturnTests(PostgresServer postgres)
{
    private const string Key = "in/orders.csv";
    private static readonly DateTimeOffset At = new(2026, 3, 1, 7, 0, 0, 200, TimeSpan.Zero);

    public static TheoryData<string, DropEvent> Created => new()
    {
        { "its event", Put() },
        { "its event, told again", Put() with { Source = DropSource.Sns } },
        { "another event of it", Put() with { Sequencer = "00B0", EventTime = At.AddSeconds(3) } },
        { "an event without a version id", Put() with { VersionId = null } },
        { "an event without a sequencer", Put() with { Sequencer = null } },
        { "a listing", Listed() },
    };

    [Theory]
    [MemberData(nameof(Created))]
    public async Task An_ignored_drop_counts_once_a_feed_takes_it(string how, DropEvent told)
    {
        await using var rig = await CreateRigAsync();
        // What an older version recorded of an event of another kind, or of a key that no feed took.
        Assert.True(await rig.IgnoreAsync(Put() with { Sequencer = "00A0", EventTime = At.AddSeconds(-30), Size = 0 }));

        Assert.True(await rig.TellAsync(told), how);
        Assert.False(await rig.TellAsync(told), $"{how}, again");

        var drop = Assert.Single(await rig.DropsAsync(Key));
        Assert.Equal((DropDisposition.Pending, "orders", 30L, told.EventTime), (drop.Disposition, drop.Feed, drop.Size, drop.EventTime));
        Assert.Equal((told.Sequencer, "v1"), (drop.Sequencer, drop.VersionId));
    }

    [Theory]
    [MemberData(nameof(Created))]
    public async Task In_a_bucket_without_versioning_too(string how, DropEvent told)
    {
        await using var rig = await CreateRigAsync();
        await rig.IgnoreAsync(Put() with { VersionId = null, Sequencer = "00A0", EventTime = At.AddSeconds(-30) });

        Assert.True(await rig.TellAsync(told with { VersionId = null }), how);
        Assert.False(await rig.TellAsync(told with { VersionId = null }), $"{how}, again");

        Assert.Equal(DropDisposition.Pending, Assert.Single(await rig.DropsAsync(Key)).Disposition);
    }

    [Theory]
    [MemberData(nameof(Created))]
    public async Task What_no_feed_takes_stays_ignored_and_is_news_once(string how, DropEvent told)
    {
        await using var rig = await CreateRigAsync();
        Assert.True(await rig.IgnoreAsync(Put()));

        Assert.False(await rig.IgnoreAsync(told), how);

        Assert.Equal(DropDisposition.Ignored, Assert.Single(await rig.DropsAsync(Key)).Disposition);
    }

    [Fact]
    public async Task A_drop_that_counts_is_not_ignored_by_what_is_told_later()
    {
        await using var rig = await CreateRigAsync();
        await rig.TellAsync(Put());

        Assert.False(await rig.IgnoreAsync(Listed()));

        Assert.Equal(DropDisposition.Pending, Assert.Single(await rig.DropsAsync(Key)).Disposition);
    }

    [Fact]
    public async Task A_version_that_is_gone_counts_again_once_it_is_listed_and_not_because_its_event_is_told_again()
    {
        await using var rig = await CreateRigAsync();
        await rig.TellAsync(Put());
        await rig.GoneAsync(Key);

        Assert.False(await rig.TellAsync(Put()));
        Assert.False(await rig.TellAsync(Put() with { Source = DropSource.Sns }));
        // An upload in parts may send two.
        Assert.False(await rig.TellAsync(Put() with { Sequencer = "00B0", EventTime = At.AddSeconds(3) }));
        Assert.Equal(DropDisposition.Gone, Assert.Single(await rig.DropsAsync(Key)).Disposition);

        Assert.True(await rig.TellAsync(Listed()));
        var drop = Assert.Single(await rig.DropsAsync(Key));
        Assert.Equal((DropDisposition.Pending, At, "00A1"), (drop.Disposition, drop.EventTime, drop.Sequencer));
        Assert.False(await rig.TellAsync(Listed()));
    }

    [Fact]
    public async Task A_version_that_is_gone_and_is_created_anew_long_after_counts()
    {
        await using var rig = await CreateRigAsync();
        await rig.TellAsync(Put());
        await rig.GoneAsync(Key);

        Assert.True(await rig.TellAsync(Put() with { Sequencer = "00F0", EventTime = At.AddMinutes(20) }));

        Assert.Equal(DropDisposition.Pending, Assert.Single(await rig.DropsAsync(Key)).Disposition);
    }

    [Theory]
    [InlineData("00A1")]
    [InlineData(null)]
    public async Task Without_versions_the_same_bytes_put_again_are_a_drop_and_the_former_event_told_again_is_none(string? sequencer)
    {
        await using var rig = await CreateRigAsync();
        var first = Put() with { VersionId = null, Sequencer = sequencer };
        rig.Clock.ShiftTo(At.AddSeconds(1));
        await rig.TellAsync(first);
        await rig.GoneAsync(Key);
        rig.Clock.ShiftTo(At.AddMinutes(2));

        Assert.False(await rig.TellAsync(first));
        Assert.Equal(DropDisposition.Gone, Assert.Single(await rig.DropsAsync(Key)).Disposition);

        Assert.True(await rig.TellAsync(first with { Sequencer = sequencer is null ? null : "00C1", EventTime = At.AddSeconds(90) }));
        Assert.False(await rig.TellAsync(first));
        Assert.False(await rig.TellAsync(Listed() with { VersionId = null, EventTime = At.AddSeconds(89.8) }));
        Assert.Equal([DropDisposition.Gone, DropDisposition.Pending], (await rig.DropsAsync(Key)).Select(drop => drop.Disposition));
    }

    [Fact]
    public async Task Without_versions_what_is_gone_and_listed_again_is_one_drop_more_whenever_it_was_put()
    {
        await using var rig = await CreateRigAsync();
        await rig.TellAsync(Put() with { VersionId = null });
        await rig.GoneAsync(Key);

        Assert.True(await rig.TellAsync(Listed() with { VersionId = null }));
        Assert.False(await rig.TellAsync(Listed() with { VersionId = null }));
        Assert.False(await rig.TellAsync(Put() with { VersionId = null }));
        var drops = await rig.DropsAsync(Key);
        Assert.Equal([DropDisposition.Gone, DropDisposition.Pending], drops.Select(drop => drop.Disposition));
        Assert.Equal(DropDisposition.Pending, drops.Newest().Disposition);
    }

    [Fact]
    public async Task Without_versions_the_event_of_what_was_listed_and_is_gone_is_no_drop()
    {
        await using var rig = await CreateRigAsync();
        rig.Clock.ShiftTo(At.AddMinutes(3));
        await rig.TellAsync(Listed() with { VersionId = null });
        await rig.GoneAsync(Key);

        Assert.False(await rig.TellAsync(Put() with { VersionId = null }));
    }

    private static DropEvent Put() => new()
    {
        Bucket = "landing",
        Key = Key,
        VersionId = "v1",
        ETag = "A",
        Size = 30,
        Sequencer = "00A1",
        EventTime = At,
        Source = DropSource.S3,
    };

    private static DropEvent Listed() => Put() with { Source = DropSource.Listing, Sequencer = null, EventTime = At.AddSeconds(-0.2) };

    private Task<LedgerRig> CreateRigAsync() => LedgerRig.CreateAsync(postgres, TestContext.Current.CancellationToken);
}
