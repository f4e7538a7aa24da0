using EtlWorker.Domain.Batches;
using EtlWorker.Domain.Drops;
using EtlWorker.Domain.Pipelines;
using EtlWorker.Domain.Runs;
using Xunit;

namespace EtlWorker.Domain.Tests.Batches;

public sealed class AfterFailureTests
{
    [Theory]
    [InlineData(LoadMode.Replace, true, false, true, DropDisposition.Failed)]
    [InlineData(LoadMode.Replace, true, true, true, DropDisposition.Failed)]
    [InlineData(LoadMode.Replace, false, false, true, DropDisposition.Pending)]
    [InlineData(LoadMode.Replace, false, false, false, DropDisposition.Failed)]
    [InlineData(LoadMode.Replace, false, true, true, DropDisposition.Failed)]
    [InlineData(LoadMode.Append, true, false, true, DropDisposition.Held)]
    [InlineData(LoadMode.Append, true, false, false, DropDisposition.Held)]
    [InlineData(LoadMode.Append, true, true, true, DropDisposition.Failed)]
    [InlineData(LoadMode.Append, false, false, true, DropDisposition.Pending)]
    [InlineData(LoadMode.Append, false, false, false, DropDisposition.Pending)]
    [InlineData(LoadMode.Append, false, true, false, DropDisposition.Failed)]
    [InlineData(LoadMode.Merge, true, false, true, DropDisposition.Held)]
    [InlineData(LoadMode.Merge, true, true, false, DropDisposition.Failed)]
    public void A_drop_that_is_not_at_fault_joins_what_runs_next_unless_it_is_a_snapshot_of_the_date(
        LoadMode mode, bool isRequired, bool isAtFault, bool isNewest, DropDisposition becomes) =>
        Assert.Equal(becomes, AfterFailure.DispositionOf(FeedOf("events", "in/e_*.csv", mode, isRequired), isAtFault, isNewest));

    [Fact]
    public void A_marker_fails_with_its_run() => Assert.Equal(DropDisposition.Failed, AfterFailure.DispositionOf(
        new MarkerDefinition(new ObjectPattern("in/.SUCCESS")), isAtFault: false, isNewest: true));

    [Theory]
    [InlineData("in/e_*.csv", LoadMode.Append, true)]
    [InlineData("in/{date}/e.csv", LoadMode.Merge, true)]
    [InlineData("in/e_1.csv", LoadMode.Append, false)]
    [InlineData("in/e_*.csv", LoadMode.Replace, false)]
    public void A_newer_version_takes_the_place_of_a_drop_at_fault_only_where_each_key_is_a_file_of_its_own(string key, LoadMode mode,
        bool givesWay)
    {
        var bad = DropOf(1, "in/e_1.csv", 8, DropDisposition.Failed);

        Assert.Equal(givesWay, AfterFailure.GivesWay(bad, FeedOf("events", key, mode), [bad, DropOf(2, "in/e_1.csv", 9,
            DropDisposition.Held)]));
    }

    [Theory]
    [InlineData(DropDisposition.Held, "in/e_1.csv", 9, false)]
    [InlineData(DropDisposition.Failed, "in/e_2.csv", 9, false)]
    [InlineData(DropDisposition.Failed, "in/e_1.csv", 7, false)]
    [InlineData(DropDisposition.Failed, "in/e_1.csv", 9, true)]
    public void It_must_have_failed_and_the_other_must_be_newer_and_of_its_key(DropDisposition was, string key, int hour, bool givesWay)
    {
        var bad = DropOf(1, "in/e_1.csv", 8, was);

        Assert.Equal(givesWay, AfterFailure.GivesWay(bad, FeedOf("events", "in/e_*.csv", LoadMode.Append), [bad, DropOf(2, key, hour,
            DropDisposition.Pending)]));
    }

    [Theory]
    [InlineData(DropDisposition.Pending, true)]
    [InlineData(DropDisposition.Held, true)]
    [InlineData(DropDisposition.Loaded, true)]
    [InlineData(DropDisposition.Failed, true)]
    [InlineData(DropDisposition.Discarded, false)]
    [InlineData(DropDisposition.Gone, false)]
    [InlineData(DropDisposition.Ignored, false)]
    public void What_is_no_file_any_more_takes_nobody_s_place(DropDisposition newer, bool givesWay)
    {
        var bad = DropOf(1, "in/e_1.csv", 8, DropDisposition.Failed);

        Assert.Equal(givesWay, AfterFailure.GivesWay(bad, FeedOf("events", "in/e_*.csv", LoadMode.Append), [DropOf(2, "in/e_1.csv", 9,
            newer)]));
    }

    [Theory]
    [InlineData(RunStage.Plan, null, "")]
    [InlineData(RunStage.Load, 2L, "2 False")]
    [InlineData(RunStage.Load, 4L, "4 True")]
    [InlineData(RunStage.Load, 1L, "")]
    [InlineData(RunStage.Load, null, "")]
    [InlineData(RunStage.Check, null, "2 False, 3 False, 4 False")]
    [InlineData(RunStage.Analyse, null, "2 False, 3 False, 4 False")]
    [InlineData(RunStage.Commit, null, "2 False, 3 False, 4 False")]
    [InlineData(RunStage.Export, null, "")]
    [InlineData(RunStage.Notify, null, "")]
    public void What_adds_to_its_table_is_suspect_after_a_check_and_at_load_what_failed(RunStage stage, long? atFault, string suspects)
    {
        var pipeline = new PipelineDefinition
        {
            Name = "retail",
            TimeZone = "UTC",
            Feeds = [FeedOf("orders", "in/orders.csv", LoadMode.Replace), FeedOf("events", "in/events.csv", LoadMode.Append),
                FeedOf("stock", "in/s_*.csv", LoadMode.Merge)],
        };
        Drop[] drops =
        [
            DropOf(4, "in/s_1.csv", 8) with { Feed = "stock" }, DropOf(3, "in/events.csv", 9) with { Feed = "events" },
            DropOf(2, "in/events.csv", 8) with { Feed = "events" }, DropOf(1, "in/orders.csv", 8) with { Feed = "orders" },
        ];

        var found = AfterFailure.SuspectsOf(pipeline, drops, drops.FirstOrDefault(drop => drop.Id == atFault), stage);

        Assert.Equal(suspects, string.Join(", ", found.Select(suspect => $"{suspect.Drop.Id} {suspect.GivesWay}")));
    }

    private static FeedDefinition FeedOf(string name, string key, LoadMode mode, bool isRequired = true) =>
        new() { Name = name, Object = key, Table = $"staging.{name}", Mode = mode, Required = isRequired };

    private static Drop DropOf(long id, string key, int hour, DropDisposition disposition = DropDisposition.Claimed) => new()
    {
        Id = id,
        Feed = "events",
        Bucket = "drops",
        Key = key,
        VersionId = $"v{id}",
        Size = 1,
        EventTime = new DateTimeOffset(2022, 9, 5, hour, 0, 0, TimeSpan.Zero),
        Disposition = disposition,
    };
}
