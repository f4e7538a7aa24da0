using EtlWorker.Domain.Runs;
using EtlWorker.Ledger.Runs;

namespace EtlWorker.Tests.Notices;

/// <summary>Runs and what the ledger has on them.</summary>
internal static class Stories
{
    /// <summary>The longest name that a definition may have.</summary>
    public const string LongestName = "a234567890123456789012345678901234567890";

    public static readonly Run Run = new()
    {
        Id = 42,
        Pipeline = "retail",
        RunDate = new DateOnly(2026, 3, 1),
        AsOf = new DateOnly(2026, 2, 28),
        State = RunState.Committed,
        Attempt = 1,
        FirstAttempt = 1,
        DefinitionHash = new string('0', 64),
        Worker = "host:1",
        ClaimedAt = new DateTimeOffset(2026, 3, 1, 7, 5, 9, TimeSpan.Zero),
        Warnings = [],
    };

    public static readonly RunStory Story = new()
    {
        Feeds =
        [
            new FeedStory("orders", "orders_data/orders.csv", 1_234_567, 1_234_565, 2, TimeSpan.FromSeconds(3.456)),
            new FeedStory("reviews", "orders_data/reviews.csv", 99, 99, 0, TimeSpan.FromMilliseconds(5)),
            new FeedStory("shipments", "orders_data/shipment_deliveries.csv", 5_000, 4_999, 1, TimeSpan.FromSeconds(1)),
        ],
        Stages =
        [
            Stage(RunStage.Load, TimeSpan.FromSeconds(4.5)), Stage(RunStage.Check, TimeSpan.FromSeconds(0.012)),
            Stage(RunStage.Analyse, TimeSpan.FromSeconds(61)), Stage(RunStage.Commit, TimeSpan.FromSeconds(0.25)),
        ],
        Rejects =
        [
            new RejectStory("orders", "orders_data/orders.csv", 101, "order_date", "not a calendar date as yyyy-MM-dd"),
            new RejectStory("shipments", "orders_data/shipment_deliveries.csv", 7, null, "the row has 3 fields, the header has 4"),
        ],
    };

    /// <param name="stage">The stage.</param>
    /// <param name="took">How long it took; null where it did not end.</param>
    public static StageStory Stage(RunStage stage, TimeSpan? took) => new(stage, Run.ClaimedAt, took);

    public static readonly RunStory Nothing = new() { Feeds = [], Stages = [], Rejects = [] };
}
