namespace EtlWorker.IntegrationTests.Recovery;

/// <summary>An instant of a run at which its worker is killed, and what the ledger has of that afterwards.</summary>
/// <param name="Name">What is under way.</param>
/// <param name="Trigger">Where a roadblock holds the worker.</param>
/// <param name="Attempts">How often the load is begun in all.</param>
internal sealed record StagePoint(string Name, string Trigger, int Attempts)
{
    /// <summary>Whether the statement under way is still carried out, as one is that had reached the server; else it is lost.</summary>
    public bool Arrives { get; init; }

    /// <summary>How often the success is reported in all.</summary>
    public int Told { get; init; } = 1;

    /// <summary>Whether there was something to resume for the next worker, which is reported then.</summary>
    public int Recovered { get; init; } = 1;

    /// <summary>The stages whose last word was lost.</summary>
    public string Unended { get; init; } = "";

    public static IReadOnlyList<StagePoint> All { get; } =
    [
        new("the claim commits and is lost", Deferred("insert on etl.run", "new.state = 'claimed'"), 1) { Recovered = 0 },
        new("the claim commits", Deferred("insert on etl.run", "new.state = 'claimed'"), 2) { Arrives = true },
        new("load begins", Begin("load"), 2),
        new("the tables are emptied", "create trigger roadblock before truncate on staging.orders", 2) { Arrives = true },
        new("the last feed is copied", "create trigger roadblock before insert on staging.shipment_deliveries", 2) { Arrives = true },
        new("load ends", End("load"), 2),
        new("check begins", Begin("check"), 2),
        new("check ends", End("check"), 2),
        new("analyse begins", Begin("analyse"), 2),
        new("an analysis writes", "create trigger roadblock before insert on analytics.best_performing_product", 2) { Arrives = true },
        new("analyse ends", End("analyse"), 2),
        new("commit begins", Begin("commit"), 2),
        new("the data commits and is lost", Deferred("update on etl.run", "new.state = 'committed'"), 2),
        new("the data commits", Deferred("update on etl.run", "new.state = 'committed'"), 1) { Arrives = true, Unended = "commit" },
        new("commit ends", End("commit"), 1) { Unended = "commit" },
        new("export begins", Begin("export"), 1),
        new("export ends", End("export"), 1),
        new("notify begins", Begin("notify"), 1),
        new("success commits and is lost", Deferred("update on etl.run", "new.state = 'succeeded'"), 1),
        new("success commits", Deferred("update on etl.run", "new.state = 'succeeded'"), 1)
        {
            Arrives = true,
            Recovered = 0,
            Unended = "notify",
        },
        new("notify ends", End("notify"), 1) { Recovered = 0, Unended = "notify" },
        new("the notice is out and not marked as sent", "create trigger roadblock before update "
            + "on etl.notification for each row when (new.sent_at is not null)", 1) { Recovered = 0, Told = 2 },
    ];

    private static string Begin(string stage) =>
        $"create trigger roadblock before insert on etl.run_stage for each row when (new.stage = '{stage}')";

    private static string End(string stage) =>
        $"create trigger roadblock before update on etl.run_stage for each row when (new.stage = '{stage}' and new.ended_at is not null)";

    // Fires within COMMIT.
    private static string Deferred(string change, string condition) =>
        $"create constraint trigger roadblock after {change} deferrable initially deferred for each row when ({condition})";
}
