using EtlWorker.Domain.Drops;
using EtlWorker.Domain.Pipelines;
using EtlWorker.Domain.Runs;
using Xunit;

namespace EtlWorker.Domain.Tests.Batches;

/// <summary>A snapshot that comes as several files: the newest version of each key.</summary>
public sealed class PartsTests
{
    private readonly Timeline _counted = new("orders*!3 reviews");
    private readonly Timeline _marked = new("orders*! reviews", when: TriggerKind.Marker);
    private readonly Timeline _changed = new("orders*! reviews", when: TriggerKind.Change);

    [Fact]
    public void A_counted_snapshot_is_whole_when_so_many_keys_have_dropped()
    {
        var reviews = _counted.Lands("reviews", "05 10:00");
        var (first, second) = (Part(_counted, "1", "05 10:01"), Part(_counted, "2", "05 10:02"));
        _counted.At("05 10:02").NothingReady().NothingPutAside();
        var third = Part(_counted, "3", "05 10:03");

        _counted.At("05 10:03").Ready(5, first, second, third, reviews).NothingPutAside();
    }

    [Fact]
    public void A_part_dropped_again_counts_once_and_its_newest_version_is_taken()
    {
        var reviews = _counted.Lands("reviews", "05 10:00");
        var (first, second) = (Part(_counted, "1", "05 10:01"), Part(_counted, "2", "05 10:02"));
        var again = Part(_counted, "1", "05 10:03");
        _counted.At("05 10:03").NothingReady().NothingPutAside();
        var third = Part(_counted, "3", "05 10:04");

        _counted.At("05 10:04").Ready(5, second, again, third, reviews)
            .Superseded("a newer drop of in/orders1.csv joined the same batch", first).NothingElse(1);
    }

    [Fact]
    public void An_empty_part_does_not_count()
    {
        _counted.Lands("reviews", "05 10:00");
        _ = (Part(_counted, "1", "05 10:01"), Part(_counted, "2", "05 10:02"));
        _counted.LandsEmpty("orders", "05 10:03", star: "3");

        _counted.At("05 10:03").NothingReady().NothingPutAside();
        var decision = _counted.At("06 00:00").NothingReady();
        const string Reason = "closed incomplete; missing: orders (2 of 3 files; in/orders3.csv is empty)";
        Assert.All(decision.Disposals, disposal => Assert.EndsWith(Reason, disposal.Text(), StringComparison.Ordinal));
        Assert.Equal(4, decision.Disposals.Count);
    }

    [Fact]
    public void Parts_of_two_dates_make_no_set()
    {
        _counted.Lands("reviews", "05 23:00");
        _ = (Part(_counted, "1", "05 23:58"), Part(_counted, "2", "05 23:59"));
        Part(_counted, "3", "06 00:01");

        _counted.At("06 00:01").NothingReady();
    }

    [Fact]
    public void More_parts_than_the_count_are_all_taken_for_the_run_to_refuse_them()
    {
        var parts = Parts(4);
        var reviews = _counted.Lands("reviews", "05 10:05");

        _counted.At("05 10:05").Ready(5, [.. parts, reviews]).NothingPutAside();
    }

    [Fact]
    public void A_part_too_many_that_comes_after_the_run_began_is_held()
    {
        var parts = Parts(3);
        var reviews = _counted.Lands("reviews", "05 10:05");
        _counted.Apply(_counted.At("05 10:05").Ready(5, [.. parts, reviews]));
        var late = Part(_counted, "4", "05 11:00");

        _counted.At("05 11:00").NothingReady().Held("already has its run", late).NothingElse(1);
    }

    [Fact]
    public void A_deadline_names_how_many_parts_are_here()
    {
        var timeline = new Timeline("orders*!3", deadline: "18:00");
        _ = (Part(timeline, "1", "05 10:00"), Part(timeline, "2", "05 10:01"));

        Assert.Equal(["05 at 05 18:00: orders (2 of 3 files)"], timeline.Overdue("05 17:00", "05 18:00"));
        Part(timeline, "3", "05 10:02");
        Assert.Equal(["05 at 05 18:00: "], timeline.Overdue("05 17:00", "05 18:00"));
    }

    [Fact]
    public void A_marker_takes_every_part_that_landed_before_it()
    {
        var (first, second) = (Part(_marked, "1", "05 23:58"), Part(_marked, "2", "06 00:01"));
        var (reviews, marker) = (_marked.Lands("reviews", "06 00:02"), _marked.Marks("06 00:05"));
        Part(_marked, "3", "06 00:06");

        _marked.At("06 00:06").Ready(6, first, second, reviews, marker).NothingPutAside();
    }

    [Fact]
    public void A_marker_leaves_the_parts_of_a_set_whose_marker_never_came()
    {
        var left = Part(_marked, "1", "04 10:00");
        var (second, reviews) = (Part(_marked, "2", "05 10:00"), _marked.Lands("reviews", "05 10:01"));
        var marker = _marked.Marks("05 10:05");

        _marked.At("05 10:05").Ready(5, second, reviews, marker).Superseded("a part of an earlier set", left).NothingElse(1);
    }

    [Fact]
    public void A_marker_waits_for_as_many_parts_as_are_counted()
    {
        var timeline = new Timeline("orders*!2", when: TriggerKind.Marker);
        Part(timeline, "1", "05 10:00");
        timeline.Marks("05 10:01");
        timeline.At("05 10:01").NothingReady().NothingPutAside();

        var decision = timeline.At("06 00:00").NothingReady();
        Assert.EndsWith("missing: orders (1 of 2 files)", Assert.Single(decision.Disposals).Text(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_change_of_one_part_reads_the_others_as_they_are_loaded_ones_of_other_dates_included()
    {
        var (first, second) = (Part(_changed, "1", "04 10:00"), Part(_changed, "2", "04 10:01"));
        var reviews = _changed.Lands("reviews", "04 10:02");
        _changed.Apply(_changed.At("04 10:10").Ready(4, first, second, reviews));
        var changed = Part(_changed, "1", "05 10:00");

        _changed.Apply(_changed.At("05 10:10").Ready(5, second, changed).Missing().NothingPutAside());
        Assert.Equal(DropDisposition.Loaded, _changed.DispositionOf(second));
    }

    [Fact]
    public void A_change_of_another_feed_leaves_a_snapshot_alone_none_of_whose_parts_changed()
    {
        _changed.Ran(4, RunState.Succeeded, Part(_changed, "1", "04 10:00"), Part(_changed, "2", "04 10:01"));
        var reviews = _changed.Lands("reviews", "05 10:00");

        _changed.At("05 10:10").Ready(5, reviews).Missing().NothingPutAside();
    }

    [Fact]
    public void A_part_that_was_held_or_is_gone_is_taken_or_left_by_the_next_change()
    {
        var (first, second, third) = (Part(_changed, "1", "04 10:00"), Part(_changed, "2", "04 10:01"), Part(_changed, "3", "04 10:02"));
        _changed.Ran(4, RunState.Succeeded, first, third);
        _changed.Becomes(DropDisposition.Held, second);
        _changed.Becomes(DropDisposition.Gone, third);
        var reviews = _changed.Lands("reviews", "05 10:00");

        _changed.At("05 10:10").Ready(5, first, second, reviews).Missing();
    }

    [Fact]
    public void A_retry_loads_every_part_of_the_date_again_with_the_newest_version_of_each()
    {
        var parts = Parts(3);
        var reviews = _counted.Lands("reviews", "05 10:05");
        var corrected = Part(_counted, "2", "05 11:00");
        Part(_counted, "1", "06 11:00");

        var (batch, missing) = _counted.Retry(5, [.. parts, reviews]);

        Assert.Empty(missing);
        Assert.Equal([parts[0], parts[2], corrected, reviews], batch.Drops);
    }

    [Fact]
    public void A_retry_with_too_few_parts_names_how_many_there_are()
    {
        var (first, reviews) = (Part(_counted, "1", "05 10:00"), _counted.Lands("reviews", "05 10:05"));

        Assert.Equal(["orders (1 of 3 files)"], _counted.Retry(5, first, reviews).Missing);
    }

    [Fact]
    public void A_retry_of_a_change_takes_the_parts_as_they_were_on_its_date_though_another_run_has_them()
    {
        var (first, second) = (Part(_changed, "1", "04 10:00"), Part(_changed, "2", "04 10:01"));
        _changed.Ran(4, RunState.Succeeded, first, second);
        var changed = Part(_changed, "1", "05 10:00");
        _changed.Apply(_changed.At("05 10:10").Ready(5, second, changed));

        Assert.Equal([first.Id, second.Id], _changed.RetryOfAll(4).Batch.Drops.Select(drop => drop.Id));
        Assert.Equal([second.Id, changed.Id], _changed.RetryOfAll(5).Batch.Drops.Select(drop => drop.Id));
    }

    [Fact]
    public void A_failed_day_that_is_left_open_runs_again_with_the_corrected_part_and_the_others()
    {
        var timeline = new Timeline("orders*!2", failedDay: FailedDay.Open);
        var (first, second) = (Part(timeline, "1", "05 10:00"), Part(timeline, "2", "05 10:01"));
        timeline.Apply(timeline.At("05 10:01").Ready(5, first, second), RunState.Failed);
        timeline.At("05 10:02").NothingReady().NothingPutAside();
        var corrected = Part(timeline, "2", "05 11:00");

        timeline.At("05 11:00").Ready(5, first, corrected).NothingPutAside();
    }

    [Fact]
    public void Parts_whose_keys_name_dates_are_of_those_dates()
    {
        var timeline = new Timeline("orders{date}*!2");
        var first = timeline.Lands("orders", "05 10:00", named: 5, star: "a");
        timeline.Lands("orders", "05 10:01", named: 6, star: "a");
        timeline.At("05 10:01").NothingReady();
        var second = timeline.Lands("orders", "05 10:02", named: 5, star: "b");

        timeline.At("05 10:02").Ready(5, first, second);
    }

    private Drop[] Parts(int count) =>
        [.. Enumerable.Range(1, count).Select(number => Part(_counted, $"{number}", $"05 10:0{number - 1}"))];

    private static Drop Part(Timeline timeline, string star, string at) => timeline.Lands("orders", at, star: star);
}
