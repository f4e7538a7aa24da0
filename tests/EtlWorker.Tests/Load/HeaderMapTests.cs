using EtlWorker.Domain.Pipelines;
using EtlWorker.Domain.Rows;
using EtlWorker.Domain.Runs;
using EtlWorker.Load;
using EtlWorker.Storage;
using Xunit;

namespace EtlWorker.Tests.Load;

public sealed class HeaderMapTests
{
    private static readonly FeedDefinition Feed = new() { Name = "orders", Object = "in/orders.csv", Table = "staging.orders" };

    private static readonly TargetTable Table = new(
        new TableName("staging", "orders"),
        [LoadedCsv.Integer("order_id") with { NotNull = true }, LoadedCsv.Text("note"), LoadedCsv.Integer("price") with { NotNull = true },
            LoadedCsv.Text("loaded_by") with { NotNull = true, HasDefault = true }]);

    [Fact]
    public void Columns_are_found_whatever_their_order_case_and_spaces()
    {
        var map = HeaderMap.Of(Feed, Table, "f", ["PRICE", " Note ", "Order_Id", "loaded_by"]);

        Assert.Equal(["order_id", "note", "price", "loaded_by"], map.Columns.Select(column => column.Name));
        Assert.Equal([2, 1, 0, 3], map.Fields);
        Assert.Equal(4, map.FieldCount);
        Assert.Empty(map.Warnings);
    }

    [Fact]
    public void The_definition_may_name_a_column_s_header()
    {
        var feed =
            Feed with { Columns = Mapped(("order_id", "Order No"), ("price", "note"), ("note", "price")) };

        var map = HeaderMap.Of(feed, Table, "f", ["order no", "note", "price", "loaded_by"]);

        Assert.Equal([0, 2, 1, 3], map.Fields);
        Assert.Empty(map.Warnings);
    }

    [Fact]
    public void A_mapped_column_is_not_found_by_its_own_name() =>
        Assert.Contains("the column price is missing",
            Fails(Feed with { Columns = Mapped(("price", "Amount")) }, "order_id", "note", "price").Message,
            StringComparison.Ordinal);

    [Fact]
    public void A_missing_column_that_must_not_be_NULL_fails_and_is_named_with_the_remedy()
    {
        var failed = Fails(Feed, "order_id", "note");

        Assert.Equal("in/orders.csv, line 1: the column price is missing; the header has 2: order_id, note", failed.Message);
        Assert.Equal("Export the file with the columns of staging.orders (order_id, note, price, loaded_by), "
            + "or map them by \"columns\" of feed orders, and drop it again.", failed.Fault.Remedy);
    }

    [Fact]
    public void A_missing_column_that_may_be_NULL_is_warned_of_and_one_with_a_default_is_not()
    {
        var map = HeaderMap.Of(Feed, Table, "f", ["order_id", "price"]);

        Assert.Equal(["order_id", "price"], map.Columns.Select(column => column.Name));
        Assert.Equal(["orders: the file has no column note; it is NULL in every row"], map.Warnings);
    }

    [Fact]
    public void A_column_gone_and_a_stranger_come_fails_as_renamed() =>
        Assert.Equal("in/orders.csv, line 1: the column note is missing (renamed?); the header has 4: order_id, remark, price, loaded_by",
            Fails(Feed, "order_id", "remark", "price", "loaded_by").Message);

    [Fact]
    public void A_name_in_columns_that_the_table_does_not_have_is_a_fault() =>
        Assert.Equal("feed orders: \"columns\" names ordr_id, which staging.orders does not have",
            Fails(Feed with { Columns = Mapped(("ordr_id", "id")) }, "order_id", "note", "price").Message);

    [Fact]
    public void A_type_without_a_codec_has_the_table_loaded_as_text_only_where_the_file_fills_it()
    {
        var table = Table with { Columns = [.. Table.Columns, new TargetColumn("tags", "text[]", null, false, true)] };

        Assert.False(HeaderMap.Of(Feed, table, "f", ["order_id", "note", "price"]).IsText);
        Assert.True(HeaderMap.Of(Feed, table, "f", ["order_id", "note", "price", "tags"]).IsText);
    }

    [Fact]
    public void Columns_that_differ_only_in_case_are_told_apart_by_it()
    {
        var table = new TargetTable(
            new TableName("staging", "notes"), [LoadedCsv.Text("Note"), LoadedCsv.Text("note"), LoadedCsv.Text("id")]);

        var map = HeaderMap.Of(Feed, table, "f", ["note", "ID", "Note"]);

        Assert.Equal([2, 0, 1], map.Fields);
        Assert.Contains(
            "missing (renamed?)", Assert.Throws<RunFailedException>(() => HeaderMap.Of(Feed, table, "f", ["NOTE", "id", "note"])).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void What_was_said_of_rejects_may_stay_in_a_corrected_file()
    {
        var map = HeaderMap.Of(
            Feed with { UnknownColumns = UnknownColumns.Fail, Mode = LoadMode.Append }, Table, "f",
            ["order_id", "note", "price", .. RejectColumns.Names]);

        Assert.Empty(map.Warnings);
        Assert.Equal(7, map.FieldCount);
    }

    [Fact]
    public void A_file_of_rejects_is_never_a_whole_snapshot()
    {
        var refused = Assert.Throws<RunFailedException>(() => HeaderMap.Of(
            Feed, Table, "in/orders.csv", ["order_id", "note", "price", .. RejectColumns.Names]));

        Assert.StartsWith(
            "in/orders.csv, line 1: the columns _line, _column, _code, _reason say that this is a file of refused rows", refused.Message,
            StringComparison.Ordinal);
        Assert.Equal(3, HeaderMap.Of(Feed, Table, "f", ["order_id", "note", "price", "_line", "_reason"]).Columns.Count);
    }

    [Fact]
    public void A_file_with_none_of_the_table_s_columns_is_a_fault_even_where_all_have_defaults()
    {
        var table = new TargetTable(new TableName("staging", "notes"), [LoadedCsv.Text("note") with { HasDefault = true }]);

        Assert.Contains(
            "no column of the table is there", Assert.Throws<RunFailedException>(() => HeaderMap.Of(Feed, table, "f", ["remark"])).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_column_with_a_default_that_is_missing_is_not_taken_for_renamed()
    {
        var map = HeaderMap.Of(Feed, Table, "f", ["order_id", "note", "price", "extra"]);
        Assert.Equal(["orders: the file's column 'extra' is not in staging.orders and was left out"], map.Warnings);
    }

    [Fact]
    public void An_unknown_column_is_left_out_with_a_warning_or_fails_as_the_feed_says()
    {
        var map = HeaderMap.Of(Feed, Table, "f", ["order_id", "note", "price", "loaded_by", "extra"]);
        Assert.Equal(["orders: the file's column 'extra' is not in staging.orders and was left out"], map.Warnings);
        Assert.Equal(5, map.FieldCount);

        Assert.StartsWith("in/orders.csv, line 1: the column extra is not in the table; ",
            Fails(Feed with { UnknownColumns = UnknownColumns.Fail }, "order_id", "note", "price", "loaded_by", "extra").Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_column_that_stands_there_twice_fails() =>
        Assert.StartsWith("in/orders.csv, line 1: the column price stands there twice; ",
            Fails(Feed, "order_id", "price", "note", "PRICE ").Message, StringComparison.Ordinal);

    [Fact]
    public void A_file_without_a_header_never_shows_its_first_row()
    {
        var failed = Fails(Feed, "4711", "Ada Lovelace", "100");

        Assert.Equal(
            "in/orders.csv, line 1: the columns order_id, price are missing; no name on line 1 fits; is the header missing?".Replace(
                "columns order_id, price are", "column order_id, price is", StringComparison.Ordinal), failed.Message);
        Assert.DoesNotContain("Ada", failed.Message + failed.Fault.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void A_long_name_is_cut_and_a_long_header_too()
    {
        var failed = Fails(Feed, [.. Enumerable.Range(0, 500).Select(number => $"{number:000}{new string('x', 5_000)}"), "note"]);

        Assert.InRange(failed.Message.Length, 1, 2_000);
    }

    [Fact]
    public void Names_are_told_on_one_line_and_without_what_PostgreSQL_cannot_store()
    {
        string[] strange = ["order_id", "note", "price", "loaded_by", "a\0b", "c\nd\re"];
        var told = Fails(Feed with { UnknownColumns = UnknownColumns.Fail }, strange)
            .Message + string.Concat(HeaderMap.Of(Feed, Table, "f", strange).Warnings);

        Assert.DoesNotContain(told, char.IsControl);
    }

    private static RunFailedException Fails(FeedDefinition feed, params string[] header) =>
        Assert.Throws<RunFailedException>(() => HeaderMap.Of(feed, Table, "in/orders.csv", header));

    [Fact]
    public void Unknown_columns_are_ignored_without_a_word_where_the_feed_says_so()
    {
        string[] header = ["order_id", "note", "price", "region", ""];

        Assert.Equal(2, HeaderMap.Of(Feed, Table, "f", header).Warnings.Count);
        Assert.Empty(HeaderMap.Of(Feed with { UnknownColumns = UnknownColumns.Ignore }, Table, "f", header).Warnings);
    }

    /// <summary>A column gone and a stranger come is a renamed column, whatever is said of strangers.</summary>
    [Fact]
    public void A_renamed_column_is_refused_though_unknown_ones_are_ignored() => Assert.Contains(
        "renamed?",
        Fails(Feed with { UnknownColumns = UnknownColumns.Ignore }, "order_id", "remark", "price").Message, StringComparison.Ordinal);

    [Fact]
    public void A_list_has_the_order_of_the_fields()
    {
        var map = HeaderMap.WithoutHeader(Feed with { Header = false, Columns = FeedColumns.Ordered(["price", "order_id"]) }, Table);

        Assert.Equal(["order_id", "price"], map.Columns.Select(column => column.Name));
        Assert.Equal([1, 0], map.Fields);
        Assert.Equal(2, map.FieldCount);
        Assert.Equal(["orders: \"columns\" does not list note; it is NULL in every row"], map.Warnings);
    }

    private static FeedColumns Mapped(params (string Column, string Header)[] names) =>
        FeedColumns.Named(names.ToDictionary(name => name.Column, name => new ColumnDefinition { Name = name.Header }));
}
