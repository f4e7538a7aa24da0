using System.Globalization;
using EtlWorker.Domain.Drops;
using EtlWorker.IntegrationTests.Rigging;
using Xunit;

namespace EtlWorker.IntegrationTests.Ledger;

/// <summary>Which events are one drop and which are two, in a bucket that keeps no versions.</summary>
public sealed class DropIdentityTests(PostgresServer postgres)
{
    private static readonly DateTimeOffset Began = new(2026, 3, 1, 7, 0, 0, 200, TimeSpan.Zero);

    /// <summary>Gaps between puts, in seconds: within a second, within the five minutes, beyond them.</summary>
    private static readonly double[] Gaps = [0.2, 0.7, 1.2, 40, 150, 400];

    /// <summary>How many keys are tried at random: <c>ETLWORKER_TEST_DROP_ROUNDS</c>.</summary>
    private static readonly int Rounds =
        int.Parse(Environment.GetEnvironmentVariable("ETLWORKER_TEST_DROP_ROUNDS") ?? "150", CultureInfo.InvariantCulture);

    private static readonly List<string> ThereAndBack = ["A", "B", "A"];
    private static readonly string[] Letters = ["A", "B", "C"];
    private static readonly List<string> Overlapped = ["B", "A-2", "A-2"];
    private static readonly List<string> InParts = ["A-2", "A-2"];

    [Theory]
    [InlineData(true, 0.3, 0.3)]
    [InlineData(true, 1.2, 1.2)]
    [InlineData(true, 90, 90)]
    [InlineData(true, 200, 200)]
    [InlineData(false, 0.3, 0.3)]
    [InlineData(false, 1.2, 1.2)]
    [InlineData(false, 90, 90)]
    [InlineData(false, 200, 200)]
    public async Task However_A_then_B_then_A_are_told_there_are_three_drops_and_the_newest_is_A(bool sequenced, double toB, double toA)
    {
        await using var rig = await LedgerRig.CreateAsync(postgres, TestContext.Current.CancellationToken);
        var puts = Puts(ThereAndBack, [toB, toA], sequenced);
        var number = 0;
        foreach (var order in Orders([0, 0, 1, 1, 2, 2]))
        {
            var key = $"in/{number++}.csv";
            foreach (var index in order)
            {
                await rig.TellAsync(puts[index] with { Key = key });
            }

            await rig.TellAsync(Listed(puts[2]) with { Key = key });
            var listed = await rig.DropsAsync(key);
            Assert.True(listed.Newest().ETag == "A", $"{string.Join(' ', order)}: the newest of {Shown(listed)} is not what is there");

            await NotifyAllAsync(rig, puts, key);
            await NotifyAllAsync(rig, puts, key);
            Assert.False(await rig.TellAsync(Listed(puts[2]) with { Key = key }), $"{string.Join(' ', order)}: twice listed, twice a drop");
            var drops = await rig.DropsAsync(key);
            Assert.True(drops.Count == 3, $"{string.Join(' ', order)}: {Shown(drops)}");
        }
    }

    [Fact]
    public async Task A_listing_finds_that_A_is_back_although_nothing_told_of_it()
    {
        await using var rig = await LedgerRig.CreateAsync(postgres, TestContext.Current.CancellationToken);
        foreach (var (gap, index) in Gaps.Select((gap, index) => (gap, index)))
        {
            var key = $"in/{index}.csv";
            var puts = Puts(ThereAndBack, [gap, gap], sequenced: true);
            await rig.TellAsync(puts[0] with { Key = key });
            await rig.TellAsync(puts[1] with { Key = key });

            Assert.True(await rig.TellAsync(Listed(puts[2]) with { Key = key }), $"{gap} s");
            Assert.False(await rig.TellAsync(Listed(puts[2]) with { Key = key }), $"{gap} s, again");
            Assert.False(await rig.TellAsync(puts[2] with { Key = key }), $"{gap} s, its event late");
            Assert.Equal(["A", "B", "A"], (await rig.DropsAsync(key)).OldestFirst().Select(drop => drop.ETag));
        }
    }

    [Fact]
    public async Task A_listing_that_was_overtaken_by_a_drop_is_no_drop()
    {
        await using var rig = await LedgerRig.CreateAsync(postgres, TestContext.Current.CancellationToken);
        var puts = Puts(["A", "B"], [120], sequenced: true);
        await rig.TellAsync(puts[0]);
        await rig.TellAsync(puts[1]);

        Assert.False(await rig.TellAsync(Listed(puts[0])));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task However_the_two_events_of_an_upload_in_parts_are_told_it_is_one_drop(bool listedFirst)
    {
        await using var rig = await LedgerRig.CreateAsync(postgres, TestContext.Current.CancellationToken);
        var puts = Puts(InParts, [3], sequenced: true);
        var began = Listed(puts[0]) with { EventTime = Began.AddMinutes(-40) };
        var number = 0;
        foreach (var order in Orders([0, 0, 1, 1]))
        {
            var key = $"in/{number++}.csv";
            var events = order.Select(index => puts[index]);
            foreach (var told in listedFirst ? events.Prepend(began) : events.Append(began))
            {
                await rig.TellAsync(told with { Key = key });
            }

            Assert.True((await rig.DropsAsync(key)).Count == 1, $"{string.Join(' ', order)}: {Shown(await rig.DropsAsync(key))}");
        }
    }

    [Fact]
    public async Task An_upload_in_parts_over_which_another_file_landed_is_found_as_it_was_before()
    {
        await using var rig = await LedgerRig.CreateAsync(postgres, TestContext.Current.CancellationToken);
        var puts = Puts(Overlapped, [600, 3], sequenced: true);
        var began = Listed(puts[1]) with { EventTime = Began.AddMinutes(-5) };

        foreach (var told in puts.Append(began).Append(began).Append(puts[1]))
        {
            await rig.TellAsync(told);
        }

        Assert.Equal(["B", "A-2"], (await rig.DropsAsync("in/orders.csv")).Select(drop => drop.ETag));
    }

    [Fact]
    public async Task Whatever_is_put_and_however_late_and_often_it_is_told_each_put_is_one_drop()
    {
        await using var rig = await LedgerRig.CreateAsync(postgres, TestContext.Current.CancellationToken);
        var seed = Random.Shared.Next();
        var random = new Random(seed);
        for (var round = 0; round < Rounds; round++)
        {
            var key = $"in/{round}.csv";
            var etags = new List<string>();
            while (etags.Count < 5)
            {
                // The same bytes twice without others between are one drop, if they are minutes apart. Of A, B, A, B each of the inner two
                // may be taken for an outer one, until the other is known.
                etags.Add(Letters.OrderBy(_ => random.Next()).First(etag =>
                    etag != etags.LastOrDefault()
                        && !(etags is [.., var first, var second, var third] && first == third && second == etag)));
            }

            var puts = Puts(etags, random.GetItems(Gaps, etags.Count - 1), sequenced: random.Next(4) > 0);
            var told = new List<string>();
            // A listing has whole seconds: of two puts within one it does not tell which was first (decision 22).
            var isTight = puts.Zip(puts.Skip(1)).Any(pair => (pair.Second.EventTime - pair.First.EventTime).TotalSeconds < 2);
            // Some events come at once, some late and some twice; what is listed is what was there a minute before.
            var late = new List<DropEvent>();
            for (var index = 0; index < puts.Count; index++)
            {
                late.AddRange(Enumerable.Repeat(puts[index], random.Next(1, 3)));
                rig.Clock.ShiftTo(puts[index].EventTime.AddSeconds(0.1));
                var settled = index == puts.Count - 1 || (puts[index + 1].EventTime - puts[index].EventTime).TotalSeconds > 60;
                foreach (var one in late.Where(_ => random.Next(3) == 0).ToList())
                {
                    late.Remove(one);
                    told.Add($"{one.ETag}{one.Sequencer}");
                    await rig.TellAsync(one with { Key = key });
                }

                if (settled && !isTight && random.Next(3) == 0)
                {
                    rig.Clock.ShiftTo(puts[index].EventTime.AddSeconds(61));
                    told.Add($"list {puts[index].ETag}");
                    await rig.TellAsync(Listed(puts[index]) with { Key = key });
                }
            }

            rig.Clock.ShiftTo(puts[^1].EventTime.AddMinutes(10));
            foreach (var one in late.Count == 0 ? [] : random.GetItems(late.ToArray(), late.Count * 2))
            {
                told.Add($"{one.ETag}{one.Sequencer}");
                await rig.TellAsync(one with { Key = key });
            }

            await NotifyAllAsync(rig, puts, key);
            await NotifyAllAsync(rig, puts, key);
            await rig.TellAsync(Listed(puts[^1]) with { Key = key });
            var drops = await rig.DropsAsync(key);
            var times = string.Join(' ', puts.Select(put => $"{put.ETag}@{(put.EventTime - Began).TotalSeconds}"));
            Assert.True(
                // Within one second a listing does not tell which was first; what is read then is no more, and what is there is claimed.
                drops.Count == puts.Count && (drops.Newest().ETag == etags[^1] || Listed(puts[^2]).EventTime == Listed(puts[^1]).EventTime),
                $"seed {seed}, round {round}, puts {times}, told {string.Join(", ", told)}: {Shown(drops)}");
        }
    }

    [Fact]
    public async Task With_version_ids_only_those_count()
    {
        await using var rig = await LedgerRig.CreateAsync(postgres, TestContext.Current.CancellationToken);
        var puts = Puts(["A", "A", "A"], [1, 1], sequenced: true).Select((put, index) => put with { VersionId = $"v{index}" }).ToList();

        foreach (var told in puts.Concat(puts).Append(Listed(puts[2])))
        {
            await rig.TellAsync(told);
        }

        Assert.Equal(["v0", "v1", "v2"], (await rig.DropsAsync("in/orders.csv")).Select(drop => drop.VersionId));
    }

    private static List<DropEvent> Puts(List<string> etags, double[] gaps, bool sequenced)
    {
        var puts = new List<DropEvent>();
        for (var index = 0; index < etags.Count; index++)
        {
            puts.Add(new DropEvent
            {
                Bucket = "landing",
                Key = "in/orders.csv",
                ETag = etags[index],
                // The shorter one is padded with zeros on the right.
                Sequencer = sequenced ? $"00{index + 10:X}{(index % 2 == 0 ? "" : "0")}" : null,
                EventTime = index == 0 ? Began : puts[^1].EventTime.AddSeconds(gaps[index - 1]),
                Source = DropSource.S3,
                Size = index,
            });
        }

        return puts;
    }

    /// <summary>The same object as a listing shows it, in whole seconds and without a sequencer.</summary>
    private static DropEvent Listed(DropEvent put) => put with
    {
        Source = DropSource.Listing,
        Sequencer = null,
        EventTime = DateTimeOffset.FromUnixTimeSeconds(put.EventTime.ToUnixTimeSeconds()),
    };

    private static async Task NotifyAllAsync(LedgerRig rig, IEnumerable<DropEvent> puts, string key)
    {
        foreach (var put in puts)
        {
            await rig.TellAsync(put with { Key = key });
        }
    }

    private static IEnumerable<IReadOnlyList<int>> Orders(List<int> rest) => rest.Count == 0
        ? [[]]
        : rest.Distinct().SelectMany(first =>
        {
            var others = rest.ToList();
            others.Remove(first);
            return Orders(others).Select(order => (IReadOnlyList<int>)[first, .. order]);
        });

    private static string Shown(IEnumerable<Drop> drops) => string.Join(", ", drops.Select(drop => string.Create(
        CultureInfo.InvariantCulture, $"{drop.ETag} {drop.Sequencer} {(drop.EventTime - Began).TotalSeconds} {drop.Disposition}")));
}
