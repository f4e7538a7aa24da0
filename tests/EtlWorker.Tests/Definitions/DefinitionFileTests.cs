using System.Text.Json.Nodes;
using EtlWorker.Definitions;
using EtlWorker.Domain.Batches;
using EtlWorker.Domain.Pipelines;
using EtlWorker.Tests.Intake;
using Xunit;

namespace EtlWorker.Tests.Definitions;

public sealed class DefinitionFileTests : IDisposable
{
    private static readonly string Retail = Path.Combine(AppContext.BaseDirectory, "pipelines", "retail", "pipeline.json");
    private readonly DefinitionDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void The_shipped_retail_definition_is_valid()
    {
        var loaded = DefinitionFile.Read(Retail);

        Assert.Equal("retail", loaded.Pipeline.Name);
        Assert.Equal(["orders", "reviews", "shipments"], loaded.Pipeline.RequiredFeeds.Select(feed => feed.Name));
        Assert.Equal(7, loaded.Sql.Count);
        Assert.All(loaded.Sql.Values, Assert.NotEmpty);
        Assert.Matches("^[0-9a-f]{64}$", loaded.Hash);
    }

    [Fact]
    public void The_shipped_definition_of_a_bank_is_valid()
    {
        var loaded = DefinitionFile.Read(Path.Combine(AppContext.BaseDirectory, "pipelines", "bank", "pipeline.json"));

        Assert.Equal(["bookings", "accounts"], loaded.Pipeline.RequiredFeeds.Select(feed => feed.Name));
        Assert.True(loaded.Pipeline.Analyses[0].Export[0].Bom);
    }

    [Fact]
    public void A_file_that_is_not_utf_8_is_refused_with_the_byte()
    {
        _directory.Write("check.sql", "select 1").Read(Checked());
        File.WriteAllBytes(_directory.PathOf("check.sql"), [.. "select 1\nwhere v = 'ung"u8, 0xFC, .. "ltig'"u8]);
        var sql = Assert.Throws<InvalidDefinitionException>(() => DefinitionFile.Read(_directory.PathOf("pipeline.json")));
        Assert.Equal(
            [$"{_directory.PathOf("check.sql")}: line 2, byte 24 of the file (0xFC) is not UTF-8: save the file as UTF-8"], sql.Faults);

        File.WriteAllBytes(_directory.PathOf("pipeline.json"), [.. "{ \"name\": \""u8, 0xE4, .. "\" }"u8]);
        var definition = Assert.Throws<InvalidDefinitionException>(() => DefinitionFile.Read(_directory.PathOf("pipeline.json")));
        Assert.Equal(
            [$"{_directory.PathOf("pipeline.json")}: line 1, byte 12 of the file (0xE4) is not UTF-8: save the file as UTF-8"],
            definition.Faults);
    }

    [Fact]
    public void A_byte_order_mark_or_two_and_the_end_of_a_file_do_no_harm()
    {
        var marked = _directory.Write("check.sql", "\uFEFF\uFEFFselect 1; -- end\n;\n").Read(Checked());
        Assert.Equal("select 1", marked.Sql["check.sql"]);

        _directory.Write("pipeline.json", $"\uFEFF\uFEFF{File.ReadAllText(_directory.PathOf("pipeline.json"))}");
        Assert.Equal(marked.Hash, DefinitionFile.Read(_directory.PathOf("pipeline.json")).Hash);
    }

    [Fact]
    public void A_second_statement_is_refused_at_the_start()
    {
        var invalid = Assert.Throws<InvalidDefinitionException>(
            () => _directory.Write("check.sql", "select 1;\nselect 2;").Read(Checked()));

        Assert.Equal([$"{_directory.PathOf("check.sql")}: line 2 begins a second statement: leave one SELECT in the file"], invalid.Faults);
    }

    private static JsonObject Checked() => DefinitionDirectory.Smallest()
        .With("checks", new JsonArray(new JsonObject { ["name"] = "check", ["sql"] = "check.sql" }));

    [Fact]
    public void What_a_definition_leaves_out_has_its_documented_default()
    {
        var pipeline = _directory.Write("agg.sql", "select 1").Write("check.sql", "select 1").Read(
            DefinitionDirectory.Smallest()
                .With("analyses", new JsonArray(DefinitionDirectory.Analysis("agg")))
                .With("checks", new JsonArray(new JsonObject { ["name"] = "check", ["sql"] = "check.sql" }))).Pipeline;

        Assert.Null(pipeline.AsOf);
        Assert.Equal(new TriggerDefinition(), pipeline.Trigger);
        Assert.Equal(TriggerKind.Complete, pipeline.Trigger.When);
        Assert.Equal(TimeSpan.FromHours(12), pipeline.Trigger.Span);
        Assert.Equal(TimeSpan.Zero, pipeline.Trigger.DayStart);
        Assert.Null(pipeline.Trigger.Deadline);
        Assert.Equal(FailedDay.Closed, pipeline.Trigger.FailedDay);
        Assert.Equal(7, pipeline.Trigger.Days.Weekdays.Count);
        Assert.Equal((5, 3), (pipeline.Trigger.Settle.TotalMinutes, pipeline.Trigger.Lookback.TotalDays));
        Assert.Equal((100, 1.0), (pipeline.Rejects.Max, pipeline.Rejects.MaxPercent));

        var feed = Assert.Single(pipeline.Feeds);
        Assert.True(feed.Required);
        Assert.Empty(feed.Columns.ByName);
        Assert.Equal((',', '"'), (feed.Delimiter, feed.Quote));
        Assert.Null(feed.Nulls);
        Assert.Null(feed.Rejects);
        Assert.Equal(1, feed.MinRows);
        Assert.Equal((LoadMode.Replace, 50), (feed.Mode, feed.MaxShrinkPercent));
        Assert.Null(feed.MaxRows);
        Assert.Null(feed.Volume);
        Assert.Equal(UnknownColumns.Warn, feed.UnknownColumns);
        Assert.Equal(1 << 20, feed.MaxRecordBytes);
        Assert.True(feed.QuotedNewlines);

        Assert.Equal(CheckVerdict.Failed, Assert.Single(pipeline.Checks).Judge(1, null));
        Assert.Empty(Assert.Single(pipeline.Analyses).Export);
    }

    [Fact]
    public void An_empty_trigger_or_limit_has_the_same_defaults()
    {
        var pipeline = _directory.Read(DefinitionDirectory.Smallest()
            .With("trigger", new JsonObject()).With("rejects", new JsonObject())).Pipeline;

        Assert.Equal(new TriggerDefinition(), pipeline.Trigger);
        Assert.Equal(new RejectLimit(), pipeline.Rejects);
    }

    [Fact]
    public void What_a_definition_says_is_taken_as_said()
    {
        var feed = DefinitionDirectory.Feed("orders")
            .With("columns", new JsonObject { ["order_id"] = "OrderID" }).With("delimiter", ";").With("quote", "'")
            .With("nulls", new JsonArray("", "NaN")).With("rejects", new JsonObject { ["max"] = 5 }).With("minRows", 10)
            .With("unknownColumns", "fail").With("maxRecordBytes", 4096).With("quotedNewlines", false)
            .With("mode", "append").With("maxShrinkPercent", 12.5).With("maxRows", 3_000_000_000)
            .With("volume", new JsonObject { ["minPercent"] = 62.5, ["maxPercent"] = 150, ["severity"] = "warn" })
            .With("encoding", "windows-1252").With("compression", "gzip").With("header", true).With("maxUnpackedBytes", 5_000_000_000);

        var pipeline = _directory.Read(DefinitionDirectory.Smallest()
            .With("asOf", "2024-02-29")
            .With("trigger", new JsonObject
            {
                ["when"] = "marker",
                ["object"] = "in/.SUCCESS",
                ["span"] = "36:30",
                ["dayStart"] = "12:00",
                ["failedDay"] = "open",
                ["deadline"] = "18:00",
                ["days"] = new JsonArray("monday", "2026-12-24", "friday"),
                ["settle"] = "00:10",
                ["lookback"] = "24:00",
            })
            .With("feeds", new JsonArray(feed, DefinitionDirectory.Feed("extra").With("required", false)))
            .With("rejects", new JsonObject { ["maxPercent"] = 0.5 })).Pipeline;

        Assert.Equal(new DateOnly(2024, 2, 29), pipeline.AsOfFor(new DateOnly(2026, 1, 1)));
        Assert.Equal(new TimeSpan(36, 30, 0), pipeline.Trigger.Span);
        Assert.Equal(TimeSpan.FromHours(12), pipeline.Trigger.DayStart);
        Assert.Equal(
            (TriggerKind.Marker, "in/.SUCCESS", FailedDay.Open),
            (pipeline.Trigger.When, pipeline.BatchTrigger.Marker!.Object, pipeline.Trigger.FailedDay));
        Assert.Equal(
            (18, 10, 24),
            (pipeline.Trigger.Deadline!.Value.TotalHours, pipeline.Trigger.Settle.TotalMinutes, pipeline.Trigger.Lookback.TotalHours));
        Assert.Equal([DayOfWeek.Monday, DayOfWeek.Friday], pipeline.Trigger.Days.Weekdays);
        Assert.Equal([new DateOnly(2026, 12, 24)], pipeline.Trigger.Days.Dates);
        Assert.Equal((100, 0.5), (pipeline.Rejects.Max, pipeline.Rejects.MaxPercent));
        var orders = pipeline.Feeds[0];
        Assert.Equal("OrderID", orders.Columns.HeaderOf("order_id"));
        Assert.Equal((';', '\''), (orders.Delimiter, orders.Quote));
        Assert.Equal(["", "NaN"], orders.Nulls);
        Assert.Equal((5, 1.0), (orders.Rejects!.Max, orders.Rejects.MaxPercent));
        Assert.Equal(
            (FileEncoding.Windows1252, Compression.Gzip, true, 5_000_000_000),
            (orders.Encoding, orders.Compression, orders.Header, orders.MaxUnpackedBytes));
        Assert.Equal(
            (10, UnknownColumns.Fail, 4096, false), (orders.MinRows, orders.UnknownColumns, orders.MaxRecordBytes, orders.QuotedNewlines));
        Assert.Equal((LoadMode.Append, 12.5), (orders.Mode, orders.MaxShrinkPercent));
        Assert.Equal(3_000_000_000, orders.MaxRows);
        Assert.Equal(new VolumeBand { MinPercent = 62.5, MaxPercent = 150, Severity = Severity.Warn }, orders.Volume);
        Assert.Equal(["orders"], pipeline.RequiredFeeds.Select(required => required.Name));
    }

    [Fact]
    public void Days_may_name_a_query_whose_file_belongs_to_the_definition()
    {
        var query = new JsonObject { ["deadline"] = "18:00", ["days"] = new JsonObject { ["sql"] = "days.sql" } };
        var invalid = Assert.Throws<InvalidDefinitionException>(
            () => _directory.Read(DefinitionDirectory.Smallest().With("trigger", query.DeepClone())));
        Assert.Contains("$.trigger.days.sql: names days.sql, and", Assert.Single(invalid.Faults), StringComparison.Ordinal);

        var definition = _directory.Write("days.sql", "select true;").Read(DefinitionDirectory.Smallest().With("trigger", query));

        Assert.Equal("days.sql", definition.Pipeline.Trigger.Days.Query?.Sql);
        Assert.Equal("select true", definition.Sql["days.sql"]);
        Assert.Equal(definition.Hash, DefinitionFile.FromLedger(definition.Document, definition.SqlAsJson()).Hash);
    }

    [Fact]
    public void A_missing_file_is_named_with_the_key_that_names_it() =>
        Assert.Equal([$"{_directory.Path}: no such file; PIPELINE__DEFINITION must name the definition"],
            Assert.Throws<InvalidDefinitionException>(() => DefinitionFile.Read(_directory.Path)).Faults);

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("7")]
    [InlineData("{")]
    [InlineData("not JSON")]
    public void What_is_no_definition_is_refused(string document) =>
        Assert.StartsWith($"{_directory.Path}:1:", Fault(document), StringComparison.Ordinal);

    [Fact]
    public void A_file_far_larger_than_any_definition_is_refused_unread()
    {
        _directory.Write("pipeline.json", "");
        using (var file = File.OpenWrite(_directory.Path))
        {
            file.SetLength(1L << 33);
        }

        Assert.Equal(
            [$"{_directory.Path} has more than 4 MiB, as no definition or SQL file has"],
            Assert.Throws<InvalidDefinitionException>(() => DefinitionFile.Read(_directory.Path)).Faults);
    }

    [Fact]
    public void An_unknown_property_is_refused_by_file_line_column_and_path() => Assert.Contains(
        $"{_directory.Path}:3:3: $.timezone: \"timezone\" is no property of a pipeline definition; did you mean \"timeZone\"?",
        Invalid("""
            {
              "name": "small",
              "timezone": "Africa/Lagos",
              "feeds": []
            }
            """).Faults);

    [Theory]
    [InlineData("name", "7", "$.name")]
    [InlineData("name", "null", "$.name")]
    [InlineData("timeZone", "null", "$.timeZone")]
    [InlineData("feeds", "{}", "$.feeds")]
    [InlineData("feeds", "null", "$.feeds")]
    [InlineData("feeds", "[7]", "$.feeds[0]")]
    [InlineData("asOf", "\"29.02.2024\"", "$.asOf")]
    [InlineData("asOf", "\"2023-02-29\"", "$.asOf")]
    [InlineData("trigger", "null", "$.trigger")]
    [InlineData("trigger", "{\"when\":1}", "$.trigger.when")]
    [InlineData("trigger", "{\"when\":\"never\"}", "$.trigger.when")]
    [InlineData("trigger", "{\"span\":12}", "$.trigger.span")]
    [InlineData("trigger", "{\"span\":null}", "$.trigger.span")]
    [InlineData("rejects", "{\"max\":\"100\"}", "$.rejects.max")]
    [InlineData("rejects", "{\"max\":1.5}", "$.rejects.max")]
    [InlineData("checks", "[{\"name\":\"c\",\"sql\":\"c.sql\",\"severity\":\"fatal\"}]", "$.checks[0].severity")]
    public void A_wrong_type_is_refused_by_its_path(string property, string json, string path)
    {
        _directory.Write("c.sql", "select 1");
        var fault = Fault(DefinitionDirectory.Smallest().With(property, JsonNode.Parse(json)));

        Assert.StartsWith($"{_directory.Path}:1:", fault, StringComparison.Ordinal);
        Assert.Contains($" {path}: ", fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("delimiter", "\";;\"")]
    [InlineData("delimiter", "\"\"")]
    [InlineData("required", "\"yes\"")]
    [InlineData("nulls", "\"NaN\"")]
    [InlineData("unknownColumns", "\"skip\"")]
    [InlineData("columns", "5")]
    [InlineData("object", "null")]
    [InlineData("maxRecordBytes", "99999999999")]
    public void A_wrong_type_in_a_feed_is_refused_by_its_path(string property, string json) =>
        Assert.Contains($" $.feeds[0].{property}: ", Fault(DefinitionDirectory.Smallest()
            .With(
                "feeds",
                new JsonArray(DefinitionDirectory.Feed("orders").With(property, JsonNode.Parse(json))))), StringComparison.Ordinal);

    [Theory]
    [InlineData("feeds", "[null]")]
    [InlineData("checks", "[null]")]
    [InlineData("analyses", "[null]")]
    [InlineData("feeds", """[{"name":"a","object":"a.csv","table":"s.a","nulls":[null]}]""")]
    [InlineData("feeds", """[{"name":"a","object":"a.csv","table":"s.a","columns":{"b":null}}]""")]
    [InlineData("analyses", """[{"name":"a","sql":"a.sql","table":"s.a","export":[null]}]""")]
    public void A_null_where_an_entry_is_expected_is_refused(string property, string json) =>
        Assert.Contains(
            "null", Written("a.sql").Fault(DefinitionDirectory.Smallest().With(property, JsonNode.Parse(json))), StringComparison.Ordinal);

    [Theory]
    [InlineData("name")]
    [InlineData("timeZone")]
    [InlineData("feeds")]
    public void A_missing_property_is_named(string property) =>
        Assert.Contains($"\"{property}\" is missing", Fault(DefinitionDirectory.Smallest().Without(property)), StringComparison.Ordinal);

    [Theory]
    [InlineData("name")]
    [InlineData("object")]
    [InlineData("table")]
    public void A_missing_property_of_a_feed_is_named(string property) =>
        Assert.Contains($"\"{property}\" is missing", Fault(DefinitionDirectory.Smallest()
            .With("feeds", new JsonArray(DefinitionDirectory.Feed("orders").Without(property)))), StringComparison.Ordinal);

    [Fact]
    public void A_property_that_stands_there_twice_is_refused() =>
        Assert.EndsWith(
            ":1:13: $.name: \"name\" stands here twice; the first is on line 1",
            Fault("""{"name":"a","name":"b","timeZone":"UTC","feeds":[{"name":"a","object":"a","table":"a.a"}]}"""),
            StringComparison.Ordinal);

    [Theory]
    [InlineData("name", "two words")]
    [InlineData("name", "näme")]
    [InlineData("name", "a/b")]
    [InlineData("name", "a\n")]
    [InlineData("name", "a.2")]
    [InlineData("name", "(marker)")]
    [InlineData("name", "12345678901234567890123456789012345678901")]
    [InlineData("formerName", "re tail")]
    [InlineData("formerName", "")]
    [InlineData("table", "orders")]
    [InlineData("table", "a.b.c")]
    [InlineData("table", ".orders")]
    [InlineData("table", "staging.")]
    [InlineData("maxRecordBytes", 1023)]
    [InlineData("maxRecordBytes", (64 << 20) + 1)]
    [InlineData("maxShrinkPercent", -1)]
    [InlineData("maxShrinkPercent", 100.1)]
    [InlineData("maxUnpackedBytes", 0)]
    [InlineData("count", 0)]
    [InlineData("skipLines", -1)]
    [InlineData("skipLastLines", -1)]
    [InlineData("pivotYear", 49)]
    [InlineData("comment", "§")]
    public void A_value_beyond_its_form_or_its_range_is_refused(string property, object value) =>
        Assert.Contains($" $.feeds[0].{property}: ", Fault(DefinitionDirectory.Smallest().With(
            "feeds", new JsonArray(DefinitionDirectory.Feed("orders").With(property, JsonValue.Create(value))))), StringComparison.Ordinal);

    [Theory]
    [InlineData("""{ "days": [] }""", "$.trigger.days")]
    [InlineData("""{ "days": ["monday", "monday"] }""", "$.trigger.days[1]")]
    public void Expected_days_are_named_once_and_at_least_one_is(string trigger, string path) => Assert.Contains(
        $" {path}: ", Fault(DefinitionDirectory.Smallest().With("trigger", JsonNode.Parse(trigger))), StringComparison.Ordinal);

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("a\0b")]
    public void A_search_path_of_no_schemas_names_is_refused(string schema) => Assert.Contains(
        " $.searchPath[1]: expected the name of a schema",
        Fault(DefinitionDirectory.Smallest().With("searchPath", new JsonArray("staging", schema))), StringComparison.Ordinal);

    [Theory]
    [InlineData("18:00", 18 * 60)]
    [InlineData("24:30", (24 * 60) + 30)]
    [InlineData("9:05", (9 * 60) + 5)]
    [InlineData("240:00", 240 * 60)]
    [InlineData("00:01", 1)]
    public void A_length_is_hours_and_minutes(string text, int minutes) =>
        Assert.Equal(TimeSpan.FromMinutes(minutes),
            _directory.Read(DefinitionDirectory.Smallest().With("trigger", new JsonObject { ["span"] = text })).Pipeline.Trigger.Span);

    [Theory]
    [InlineData("9:5")]
    [InlineData("18")]
    [InlineData("18:60")]
    [InlineData("18:00:00")]
    [InlineData("-1:00")]
    [InlineData("1.5:00")]
    [InlineData(" 1:00")]
    [InlineData("1 :00")]
    [InlineData("12:00pm")]
    [InlineData("1000:00")]
    [InlineData("")]
    public void What_is_no_hours_and_minutes_is_refused(string text)
    {
        var fault = Fault(DefinitionDirectory.Smallest().With("trigger", new JsonObject { ["span"] = text }));

        Assert.EndsWith(
            $" $.trigger.span: expected hours and minutes as HH:mm (18:00), found \"{text}\"", fault,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_SQL_file_that_is_missing_is_named_with_every_other_fault()
    {
        _directory.Write("there.sql", "select 1");
        var invalid = Invalid(DefinitionDirectory.Smallest()
            .With("timeZone", "Lagos")
            .With("checks", new JsonArray(new JsonObject { ["name"] = "c", ["sql"] = "checks/gone.sql" }))
            .With("analyses", new JsonArray(DefinitionDirectory.Analysis("there"), DefinitionDirectory.Analysis("also_gone")))
                .ToJsonString());

        Assert.Collection(invalid.Faults,
            fault => Assert.Equal(
                $"{_directory.Path}:1:28: $.timeZone: timeZone 'Lagos' is no IANA zone; write it as Africa/Lagos", fault),
            fault => Assert.Contains("names checks/gone.sql, and ", fault, StringComparison.Ordinal),
            fault => Assert.Contains("names also_gone.sql, and ", fault, StringComparison.Ordinal));
        Assert.Equal(string.Join(Environment.NewLine, invalid.Faults), invalid.Message);
    }

    [Fact]
    public void A_definition_read_back_from_the_ledger_is_the_same_one()
    {
        var read = DefinitionFile.Read(Retail);

        var back = DefinitionFile.FromLedger(read.Document, read.SqlAsJson());

        Assert.Equal(read.Hash, back.Hash);
        Assert.Equal(read.Sql.OrderBy(file => file.Key), back.Sql.OrderBy(file => file.Key));
        Assert.Equal(read.Pipeline.Feeds.Select(feed => (feed.Name, feed.Object, feed.Required)), back.Pipeline.Feeds.Select(feed =>
            (feed.Name, feed.Object, feed.Required)));
    }

    [Fact]
    public void The_hash_changes_with_the_document_and_with_each_SQL_file_and_with_nothing_else()
    {
        var definition = DefinitionDirectory.Smallest()
            .With("analyses", new JsonArray(DefinitionDirectory.Analysis("a"), DefinitionDirectory.Analysis("b")));
        _directory.Write("a.sql", "select 1").Write("b.sql", "select 2").Write("stranger.sql", "select 3");
        var first = _directory.Read(definition).Hash;

        Assert.Equal(first, _directory.Write("stranger.sql", "select 4").Read(definition).Hash);
        var second = _directory.Write("b.sql", "select 2 ").Read(definition).Hash;
        var swapped = _directory.Write("a.sql", "select 2").Write("b.sql", "select 1").Read(definition).Hash;
        var spaced = _directory.Write("a.sql", "select 1").Write("b.sql", "select 2").Read(definition.ToJsonString() + "\n").Hash;

        Assert.Equal(4, new[] { first, second, swapped, spaced }.Distinct().Count());
    }

    /// <summary>Ledgers have the hashes of former runs.</summary>
    [Fact]
    public void Without_migrations_the_hash_is_over_the_document_and_the_SQL_of_checks_and_analyses()
    {
        var document = DefinitionDirectory.Smallest().With("analyses", new JsonArray(DefinitionDirectory.Analysis("a"))).ToJsonString();
        var hashed = System.Text.Encoding.UTF8.GetBytes($"{document}\0a.sql\0select 1\0");

        Assert.Equal(
            Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(hashed)),
            _directory.Write("a.sql", "select 1").Read(document).Hash);
    }

    [Fact]
    public void A_migration_is_part_of_the_definition_whole_and_in_its_hash()
    {
        var definition = DefinitionDirectory.Smallest().With("migrations", new JsonArray("tables/001.sql"));
        var first = _directory.Write("tables/001.sql", "create schema a;\n").Read(definition);
        var second = _directory.Write("tables/001.sql", "create schema b;\n").Read(definition);

        Assert.Equal("create schema a;\n", first.Sql["tables/001.sql"]);
        Assert.NotEqual(first.Hash, second.Hash);
        Assert.Equal(second.Hash, DefinitionFile.FromLedger(second.Document, second.SqlAsJson()).Hash);
        // printf 'create schema a;\n' | sha256sum
        Assert.Equal(
            Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData("create schema a;\n"u8)),
            first.Sha256Of("tables/001.sql"));
    }

    private DefinitionFileTests Written(string sql)
    {
        _directory.Write(sql, "select 1");
        return this;
    }

    private string Fault(JsonNode definition) => Fault(definition.ToJsonString());

    private string Fault(string definition) => Assert.Single(Invalid(definition).Faults);

    private InvalidDefinitionException Invalid(string definition) =>
        Assert.Throws<InvalidDefinitionException>(() => _directory.Read(definition));
}
