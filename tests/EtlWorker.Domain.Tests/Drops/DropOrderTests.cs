using CsCheck;
using EtlWorker.Domain.Drops;
using Xunit;
using static EtlWorker.Domain.Tests.Drops.DropSample;

namespace EtlWorker.Domain.Tests.Drops;

public sealed class DropOrderTests
{
    /// <summary>Few keys, times and sequencers, so that they often meet.</summary>
    private static readonly Gen<Drop[]> SomeDrops = Gen.Select(
        Gen.OneOf("a.csv", "a.csv", "b.csv"), Gen.Int[0, 5], Gen.OneOf(null, null, "01", "0A", "0a1", "0A10", "0B", "1"),
        Gen.OneOf("x", "y", "z"),
        (key, minute, sequencer, version) => (key, minute, sequencer, version)).Array[1, 8].Select(parts =>
            parts.Select((part, index) => Version(index + 1, $"10:0{part.minute}:00", part.sequencer, part.key, part.version)).ToArray());

    [Theory]
    [InlineData("0055AED6DCD90281E5", "0055AED6DCD90281E6")]
    [InlineData("0055AED6DCD90281E5", "0055AED6DCD90281F")]     // shorter, padded on the right
    [InlineData("01", "1")]
    [InlineData("0A", "0A1")]
    [InlineData("0AF", "0b")]                                   // hexadecimal has no case
    [InlineData("0a", "0B")]
    [InlineData("09", "0A")]
    public void Of_one_keys_versions_the_later_sequencer_is_newer_whatever_the_times(string older, string newer)
    {
        var first = Version(1, "10:30:00", older);
        var second = Version(2, "10:00:00", newer);

        Assert.Same(second, new[] { first, second }.Newest());
        Assert.Same(second, new[] { second, first }.Newest());
    }

    [Fact]
    public void Sequencers_that_differ_only_in_padding_leave_it_to_time()
    {
        var first = Version(1, "10:00:00", "0A");
        var second = Version(2, "10:00:01", "0a00");

        Assert.Same(second, new[] { first, second }.Newest());
        Assert.Same(second, new[] { second, first }.Newest());
    }

    [Theory]
    [InlineData(null, "FF", "10:00:00", "10:00:01", 2)]
    [InlineData("FF", null, "10:00:00", "10:00:01", 2)]
    [InlineData("FF", null, "10:00:01", "10:00:00", 1)]
    [InlineData(null, null, "10:00:01", "10:00:00", 1)]
    public void Where_either_side_lacks_a_sequencer_time_decides(
        string? first, string? second, string firstTime, string secondTime, long newest) =>
        Assert.Equal(newest, new[] { Version(1, firstTime, first), Version(2, secondTime, second) }.Newest().Id);

    [Fact]
    public void Across_keys_sequencers_say_nothing()
    {
        var early = Version(1, "10:00:00", "FF", "a.csv");
        var late = Version(2, "10:00:01", "00", "b.csv");

        Assert.Same(late, new[] { early, late }.Newest());
        Assert.Same(late, new[] { late, early }.Newest());
    }

    [Fact]
    public void A_version_without_a_sequencer_competes_with_the_newest_that_has_one()
    {
        var older = Version(1, "10:30:00", "01");
        var newer = Version(2, "10:00:00", "02");
        var listed = Version(3, "10:10:00");

        Assert.Same(listed, new[] { older, newer, listed }.Newest());
    }

    [Fact]
    public void At_one_time_the_objects_decide_and_then_the_ledgers_order()
    {
        Drop[] drops = [Version(9, "10:00:00", key: "a", versionId: "z"), Version(1, "10:00:00", key: "b", versionId: "a"), Version(
            2, "10:00:00", key: "b", versionId: "a")];

        Assert.Equal([9, 1, 2], drops.Reverse().OldestFirst().Select(drop => drop.Id));
    }

    [Fact]
    public void The_ETag_stands_in_for_a_version()
    {
        Drop[] drops =
            [Version(2, "10:00:00") with { VersionId = null, ETag = "b" }, Version(1, "10:00:00") with { VersionId = null, ETag = "c" }];

        Assert.Equal([2, 1], drops.OldestFirst().Select(drop => drop.Id));
    }

    [Fact]
    public void The_only_drop_is_the_newest() => Assert.Equal(7, new[] { Version(7, "10:00:00") }.Newest().Id);

    [Fact]
    public void No_drops_have_no_newest() => Assert.Throws<InvalidOperationException>(() => Array.Empty<Drop>().Newest());

    [Fact]
    public void The_order_of_arrival_never_matters() =>
        Gen.SelectMany(SomeDrops, drops => Gen.Shuffle(drops).Select(shuffled => (drops, shuffled))).Sample(pair =>
        {
            Assert.Equal(pair.drops.OldestFirst(), pair.shuffled.OldestFirst());
            Assert.Same(pair.drops.Newest(), pair.shuffled.Newest());
        }, iter: 5_000);

    [Fact]
    public void The_newest_is_beaten_by_no_version_of_its_key() =>
        SomeDrops.Sample(drops =>
        {
            var newest = drops.Newest();
            Assert.DoesNotContain(drops.Where(drop => drop.Key == newest.Key), drop => Beats(drop, newest));
        }, iter: 5_000);

    private static bool Beats(Drop one, Drop other)
    {
        if (one.Sequencer is null || other.Sequencer is null)
            return one.EventTime > other.EventTime && other.Sequencer is null == one.Sequencer is null;

        var order = Number(one.Sequencer).CompareTo(Number(other.Sequencer));
        return order > 0 || (order == 0 && one.EventTime > other.EventTime);
    }

    private static ulong Number(string sequencer) => Convert.ToUInt64(sequencer.PadRight(8, '0'), 16);
}
