using EtlWorker.Definitions;
using EtlWorker.Domain.Pipelines;
using Xunit;

namespace EtlWorker.Tests.Definitions;

public sealed class DefinitionFaultsTests
{
    private static readonly FeedDefinition Orders = new() { Name = "orders", Object = "in/orders.csv", Table = "staging.orders" };
    private static readonly AnalysisDefinition Totals = new() { Name = "totals", Sql = "totals.sql", Table = "analytics.totals" };
    private static readonly PipelineDefinition Good = new() { Name = "small", TimeZone = "Africa/Lagos", Feeds = [Orders] };

    [Fact]
    public void A_good_definition_has_none() => Assert.Empty(DefinitionFaults.In(Good));

    [Theory]
    [InlineData("Lagos")]
    [InlineData("")]
    [InlineData("W. Central Africa Standard Time")]
    [InlineData("+01:00")]
    [InlineData("../etc/passwd")]
    public void A_zone_that_is_no_IANA_zone_is_refused(string zone) =>
        Assert.Equal($"timeZone '{zone}' is no IANA zone; write it as Africa/Lagos", Only(Good with { TimeZone = zone }));

    [Theory]
    [InlineData("UTC")]
    [InlineData("Etc/UTC")]
    [InlineData("America/New_York")]
    [InlineData("Pacific/Apia")]
    public void An_IANA_zone_is_taken(string zone) => Assert.Empty(DefinitionFaults.In(Good with { TimeZone = zone }));

    [Fact]
    public void A_definition_without_a_required_feed_is_refused()
    {
        Assert.Equal(
            "at least one feed must be required, or nothing ever runs", Only(Good with { Feeds = [Orders with { Required = false }] }));
        Assert.Equal("at least one feed must be required, or nothing ever runs", Only(Good with { Feeds = [] }));
    }

    [Fact]
    public void A_name_or_a_table_used_twice_is_refused()
    {
        var other = Orders with { Object = "in/other.csv" };
        Assert.Equal(["the name 'orders' is used twice", "the table 'staging.orders' is filled twice; the second would undo the first"],
            DefinitionFaults.In(Good with { Feeds = [Orders, other] }).Select(fault => fault.Message));
        Assert.Equal(["the name 'totals' is used twice", "the table 'analytics.totals' is filled twice; the second would undo the first"],
            DefinitionFaults.In(Good with { Analyses = [Totals, Totals] }).Select(fault => fault.Message));
        var check = new CheckDefinition { Name = "c", Sql = "c.sql" };
        Assert.Equal("the name 'c' is used twice", Only(Good with { Checks = [check, check] }));
    }

    [Fact]
    public void Options_of_a_check_that_do_not_go_together_are_refused()
    {
        var check = new CheckDefinition { Name = "c", Sql = "c.sql", Fail = new CheckLimit { Max = 3 } };
        Assert.Empty(DefinitionFaults.In(Good with { Checks = [check] }));
        Assert.Equal(
            "check c: warn and fail say what its rows mean, so leave severity out",
            Only(Good with { Checks = [check with { Severity = Severity.Fail }] }));
        Assert.Equal(
            "check c: maxPercent is per cent of a table's rows: name it, as in \"of\": \"staging.orders\"",
            Only(Good with { Checks = [check with { Warn = new CheckLimit { MaxPercent = 1 } }] }));
        Assert.Equal(
            "check c: of names the table that maxPercent counts, and there is no maxPercent",
            Only(Good with { Checks = [check with { Of = "staging.orders" }] }));
    }

    [Fact]
    public void A_feed_that_would_take_the_rows_of_a_check_is_refused() => Assert.StartsWith(
        "feed orders: the rows of check c d would land on it (rejected/small/",
        Only(Good with
        {
            Feeds = [Orders with { Object = "rejected/small/*/checks/*.csv", Parts = Parts.Newest }],
            Checks = [new CheckDefinition { Name = "c d", Sql = "c.sql" }],
        }),
        StringComparison.Ordinal);

    [Fact]
    public void A_table_of_the_ledger_is_refused() => Assert.Equal(
        "the table 'etl.drop' is one of the worker's own ledger: name one of another schema",
        Only(Good with { Feeds = [Orders with { Table = "etl.drop" }] }));

    [Theory]
    [InlineData(2L, 1L, "it fails with more than 1 row, and so never warns with more than 2: warn of fewer rows than it fails with")]
    [InlineData(2L, null, "it fails with more than 0 rows, and so never warns with more than 2: warn of fewer rows than it fails with")]
    [InlineData(null, 0L, "it fails with more than 0 rows, and so never warns with more than 0: warn of fewer rows than it fails with")]
    [InlineData(1L, 2L, null)]
    [InlineData(null, 1L, null)]
    public void A_check_that_fails_before_it_warns_is_refused(long? warn, long? fail, string? fault)
    {
        var check = new CheckDefinition
        {
            Name = "c",
            Sql = "c.sql",
            Warn = new CheckLimit { Max = warn },
            Fail = new CheckLimit { Max = fail },
        };

        Assert.Equal(
            fault is null ? [] : [$"check c: {fault}"],
            DefinitionFaults.In(Good with { Checks = [check] }).Select(found => found.Message));
    }

    [Fact]
    public void A_table_that_a_feed_and_an_analysis_both_fill_is_refused() =>
        Assert.Equal("the table 'staging.orders' is filled twice; the second would undo the first",
            Only(Good with { Analyses = [Totals with { Table = "staging.orders" }] }));

    [Theory]
    [InlineData("in/orders.csv")]
    [InlineData("in/*.csv")]
    [InlineData("*/orders.csv")]
    public void Two_feeds_that_take_the_same_key_are_refused(string key)
    {
        Parts? parts = key.Contains('*', StringComparison.Ordinal) ? Parts.Newest : null;
        var other = new FeedDefinition { Name = "other", Object = key, Table = "staging.other", Parts = parts };
        Assert.Equal($"feeds orders and other: both take the key {(key.Contains('*', StringComparison.Ordinal) ? "in/orders.csv" : key)}; "
            + "only the first would get it",
            Only(Good with { Feeds = [Orders, other] }));
    }

    [Theory]
    [InlineData("Lagos", "Africa/Lagos")]
    [InlineData("berlin", "Europe/Berlin")]
    [InlineData("Europe/Berln", "Europe/Berlin")]
    [InlineData("America/New York", "America/New_York")]
    [InlineData("Afrika/Lagos", "Africa/Lagos")]
    [InlineData("Nowhere/Atlantis", "Africa/Lagos")]
    public void A_zone_is_named_that_was_probably_meant(string zone, string meant) =>
        Assert.Equal($"timeZone '{zone}' is no IANA zone; write it as {meant}", Only(Good with { TimeZone = zone }));

    [Theory]
    [InlineData("in/orders_*.csv", "in/*_eu.csv", "in/orders_eu.csv")]
    [InlineData("in/{date}.csv", "in/2026-03-*.csv", "in/2026-03-01.csv")]
    [InlineData("in/{date:yyyyMMdd}.csv", "in/{date:ddMMyyyy}.csv", "in/20010101.csv")]
    public void Two_feeds_whose_patterns_have_a_key_in_common_are_refused_with_an_example(string one, string other, string key) =>
        Assert.Equal($"feeds orders and other: both take the key {key}; only the first would get it", Only(Good with
        {
            Feeds = [
                Orders with { Object = one, Mode = LoadMode.Append },
                new FeedDefinition { Name = "other", Object = other, Table = "staging.other", Mode = LoadMode.Append },
            ],
        }));

    [Theory]
    [InlineData("in/orders_*.csv", "in/reviews_*.csv")]
    [InlineData("in/{date}.csv", "in/orders_*.csv")]
    [InlineData("in/{date}.csv", "in/{date:yyyyMMdd}.csv")]
    public void Two_feeds_whose_patterns_have_no_key_in_common_are_taken(string one, string other) =>
        Assert.Empty(DefinitionFaults.In(Good with
        {
            Feeds = [
                Orders with { Object = one, Mode = LoadMode.Append },
                new FeedDefinition { Name = "other", Object = other, Table = "staging.other", Mode = LoadMode.Append },
            ],
        }));

    [Fact]
    public void An_export_of_any_day_that_would_land_on_a_feed_is_refused() =>
        Assert.StartsWith("analysis totals: its export out/2026-", Only(Good with
        {
            Feeds = [Orders with { Object = "out/2026-*.csv", Mode = LoadMode.Append }],
            Analyses = [Totals with { Export = ["out/{run_date}.csv"] }],
        }), StringComparison.Ordinal);

    [Theory]
    [InlineData("in/{day}/orders.csv", "holds {day}; " + KeyWords)]
    [InlineData("in/{Date}/orders.csv", "holds {Date}; " + KeyWords)]
    [InlineData("in/{run_date}.csv", "holds {run_date}; " + KeyWords)]
    [InlineData("in/{}.csv", "holds {}; " + KeyWords)]
    [InlineData("in/a\0b.csv", "holds a control character, which no key that is meant has")]
    [InlineData("in/a\n.csv", "holds a control character, which no key that is meant has")]
    [InlineData("in/a\u0085.csv", "holds a control character, which no key that is meant has")]
    [InlineData("in/a\ud800.csv", "holds half a character, or U+FFFD in place of a lost one")]
    [InlineData("in/{date:}.csv", "holds {date:}: a day is needed (dd)")]
    [InlineData("in/{date:yyyy_MM}.csv", "holds {date:yyyy_MM}: a day is needed (dd)")]
    [InlineData("in/{date:d.M.yyyy}.csv", "holds {date:d.M.yyyy}: d has a variable length; write dd")]
    public void A_key_that_no_object_can_be_meant_by_is_refused(string key, string fault)
    {
        Assert.Equal($"feed orders: object '{key}' {fault}", Only(Good with { Feeds = [Orders with { Object = key }] }));
        Assert.Equal($"object '{key}' {fault}", Only(Good with { Trigger = new() { When = TriggerKind.Marker, Object = key } }));
    }

    [Fact]
    public void Limits_of_rows_that_no_file_can_keep_are_refused()
    {
        Assert.Equal(
            "feed orders: maxRows is less than minRows (100), so no file is right",
            Only(Good with { Feeds = [Orders with { MinRows = 100, MaxRows = 99 }] }));
        Assert.Equal(
            "feed orders: volume needs minPercent, maxPercent or both", Only(Good with { Feeds = [Orders with { Volume = new() }] }));
        Assert.Empty(DefinitionFaults.In(
            Good with { Feeds = [Orders with { MinRows = 100, MaxRows = 100, Volume = new() { MinPercent = 50 } }] }));
    }

    [Theory]
    [InlineData("out/{rundate}/totals.csv", "holds {rundate}; the placeholders there are: {pipeline}, {run_date}")]
    [InlineData("out/{date}/totals.csv", "holds {date}; the placeholders there are: {pipeline}, {run_date}")]
    [InlineData("out/a\0b.csv", "holds a control character, which no key that is meant has")]
    public void An_export_with_another_placeholder_or_a_control_character_is_refused(string export, string fault) =>
        Assert.Equal($"analysis totals: export '{export}' {fault}", Only(Good with { Analyses = [Totals with { Export = [export] }] }));

    [Fact]
    public void A_key_longer_than_S3_allows_is_refused()
    {
        var fault = Only(Good with { Feeds = [Orders with { Object = new string('\u00fc', 513) }] });

        Assert.EndsWith("is longer than S3's 1024 bytes", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void A_marker_has_a_key_and_no_other_trigger_has_one()
    {
        Assert.StartsWith(
            "object is the marker's key", Only(Good with { Trigger = new() { When = TriggerKind.Marker } }),
            StringComparison.Ordinal);
        Assert.StartsWith(
            "object is the marker's key", Only(Good with { Trigger = new() { Object = "in/.SUCCESS" } }), StringComparison.Ordinal);
        Assert.StartsWith(
            "object 'in/' is no object key", Only(Good with { Trigger = new() { When = TriggerKind.Marker, Object = "in/" } }),
            StringComparison.Ordinal);
        Assert.Empty(DefinitionFaults.In(Good with { Trigger = new() { When = TriggerKind.Marker, Object = "in/.SUCCESS" } }));
    }

    [Fact]
    public void A_marker_is_neither_a_feed_s_file_nor_an_export()
    {
        var marked = Good with { Trigger = new() { When = TriggerKind.Marker, Object = "in/*" } };
        Assert.Contains("feeds orders and (marker): both take the key in/orders.csv", Only(marked), StringComparison.Ordinal);
        Assert.Contains("would land on feed (marker) and start the pipeline again", Only(marked with
        {
            Trigger = new() { When = TriggerKind.Marker, Object = "done" },
            Analyses = [new AnalysisDefinition { Name = "agg", Sql = "agg.sql", Table = "analytics.agg", Export = ["done"] }],
        }), StringComparison.Ordinal);
    }

    [Fact]
    public void Times_lie_within_the_day_and_lengths_are_some_time()
    {
        Assert.StartsWith(
            "dayStart must ", Only(Good with { Trigger = new() { DayStart = TimeSpan.FromHours(24) } }), StringComparison.Ordinal);
        Assert.StartsWith(
            "deadline must ", Only(Good with { Trigger = new() { Deadline = TimeSpan.FromHours(24) } }), StringComparison.Ordinal);
        Assert.StartsWith("span must ", Only(Good with { Trigger = new() { Span = TimeSpan.Zero } }), StringComparison.Ordinal);
        Assert.StartsWith("settle must ", Only(Good with { Trigger = new() { Settle = TimeSpan.Zero } }), StringComparison.Ordinal);
        Assert.StartsWith("lookback must ", Only(Good with { Trigger = new() { Lookback = TimeSpan.Zero } }), StringComparison.Ordinal);
        Assert.Empty(DefinitionFaults.In(Good with
        {
            Trigger = new()
            {
                When = TriggerKind.Change,
                DayStart = new TimeSpan(23, 59, 0),
                Deadline = TimeSpan.Zero,
                Span = TimeSpan.FromMinutes(1),
                Settle = TimeSpan.FromMinutes(1),
                FailedDay = FailedDay.Open,
            },
        }));
    }

    [Theory]
    [InlineData("")]
    [InlineData("/in/orders.csv")]
    [InlineData("in/")]
    public void An_object_that_is_no_key_is_refused(string key) =>
        Assert.Equal(
            $"feed orders: object '{key}' is no object key (no leading or trailing slash)",
            Only(Good with { Feeds = [Orders with { Object = key }] }));

    [Theory]
    [InlineData(',', ',')]
    [InlineData('"', '"')]
    [InlineData('§', '"')]
    [InlineData(',', '“')]
    [InlineData('\n', '"')]
    [InlineData(',', '\r')]
    [InlineData('\0', '"')]
    public void Delimiter_and_quote_are_two_different_printable_ASCII_characters(char delimiter, char quote) =>
        Assert.StartsWith(
            "feed orders: delimiter and quote must be ", Only(Good with { Feeds = [Orders with { Delimiter = delimiter, Quote = quote }] }),
            StringComparison.Ordinal);

    [Theory]
    [InlineData('\t', '"')]
    [InlineData(';', '\'')]
    [InlineData('|', '~')]
    public void Other_delimiters_and_quotes_are_taken(char delimiter, char quote) =>
        Assert.Empty(DefinitionFaults.In(Good with { Feeds = [Orders with { Delimiter = delimiter, Quote = quote }] }));

    [Theory]
    [InlineData("in/orders.csv", "in/orders.csv")]
    [InlineData("out/*.csv", "out/totals.csv")]
    [InlineData("small/*", "{pipeline}/totals.csv")]
    [InlineData("in/{date}/orders.csv", "in/{run_date}/orders.csv")]
    public void An_export_that_would_land_on_a_feed_is_refused(string feed, string export)
    {
        var orders = Orders with { Object = feed, Mode = LoadMode.Append };
        var fault = Only(Good with { Feeds = [orders], Analyses = [Totals with { Export = [export] }] });

        Assert.StartsWith("analysis totals: its export ", fault, StringComparison.Ordinal);
        Assert.EndsWith("would land on feed orders and start the pipeline again", fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("/out/totals.csv")]
    [InlineData("out/")]
    public void An_export_that_is_no_key_is_refused(string export) =>
        Assert.StartsWith(
            $"analysis totals: export '{export}' is no object key", Only(Good with { Analyses = [Totals with { Export = [export] }] }),
            StringComparison.Ordinal);

    [Fact]
    public void Two_exports_to_the_same_key_are_refused()
    {
        var other = new AnalysisDefinition { Name = "other", Sql = "other.sql", Table = "analytics.other", Export = ["out/small/a.csv"] };
        Assert.Equal("the export 'out/small/a.csv' is written twice; the second would undo the first",
            Only(Good with { Analyses = [Totals with { Export = ["out/{pipeline}/a.csv"] }, other] }));
    }

    [Theory]
    [InlineData("rejected/small/{date}/orders.csv", "rejected/small/2000-01-01/orders.csv")]
    [InlineData("rejected/small/{date}/orders.*.csv", "rejected/small/2000-01-01/orders.2.csv")]
    public void A_feed_on_which_rejects_would_land_is_refused(string taken, string key) =>
        Assert.Equal($"feed again: the rejects of feed orders would land on it ({key}) and start the pipeline again",
            Only(Good with { Feeds = [Orders, Orders with { Name = "again", Object = taken, Table = "staging.again" }] }));

    [Fact]
    public void An_export_where_rejects_go_is_refused() =>
        Assert.Equal("analysis totals: its export rejected/small/totals.csv stands where the worker writes rejects",
            Only(Good with { Analyses = [Totals with { Export = ["rejected/{pipeline}/totals.csv"] }] }));

    [Fact]
    public void Options_of_a_feed_that_cannot_be_are_refused() =>
        Assert.Equal("feed orders: columns names headers, and \"header\": false says that there are none",
            Only(Good with { Feeds = [Orders with { Header = false, Columns = Mapped(("id", "Id")) }] }));

    /// <summary>A path that names nothing would be told with the place of something else.</summary>
    [Fact]
    public void A_fault_has_the_path_of_what_is_meant()
    {
        var other = new FeedDefinition { Name = "other", Object = "in/*.csv", Table = "staging.orders" };
        var pipeline = Good with
        {
            TimeZone = "Lagos",
            Feeds = [Orders, other],
            Trigger = new() { DayStart = TimeSpan.FromHours(24) },
            Analyses = [Totals with { Export = ["out/a.csv", "out/a.csv"] }],
        };

        Assert.Equal(
            [
                "$.analyses[0].export[1]", "$.feeds[1].object", "$.feeds[1].object", "$.feeds[1].table", "$.timeZone",
                "$.trigger.dayStart",
            ],
            DefinitionFaults.In(pipeline).Select(fault => fault.Path).Order(StringComparer.Ordinal));
    }

    private const string KeyWords = "the placeholders there are: {date}, {date:yyyyMMdd} (or in another form)";

    private static string Only(PipelineDefinition pipeline) => Assert.Single(DefinitionFaults.In(pipeline)).Message;

    private static FeedColumns Mapped(params (string Column, string Header)[] names) =>
        FeedColumns.Named(names.ToDictionary(name => name.Column, name => new ColumnDefinition { Name = name.Header }));
}
