using System.Text;
using EtlWorker.Domain.Pipelines;
using EtlWorker.Domain.Rows;
using EtlWorker.Domain.Runs;
using EtlWorker.Load;
using Xunit;

namespace EtlWorker.Tests.Load;

/// <summary>CsvRecords and RowEncoder together: which bytes of a file become which tuple, or which reject.</summary>
public sealed class CsvTests
{
    private static readonly TargetTable OneColumn = LoadedCsv.Table with { Columns = [LoadedCsv.Text("a")] };

    [Theory]
    [InlineData("a,b\nx,1\ny,2\n")]
    [InlineData("a,b\r\nx,1\r\ny,2\r\n")]
    [InlineData("a,b\rx,1\ry,2\r")]
    [InlineData("a,b\nx,1\ny,2")]
    [InlineData("a,b\r\nx,1\r\ny,2")]
    [InlineData("a,b\n\n\nx,1\n\ny,2\n\n\n")]
    [InlineData("a,b\r\n\r\nx,1\r\n\r\ny,2\r\n\r\n")]
    [InlineData("\ufeffa,b\nx,1\ny,2\n")]
    [InlineData("\n\na,b\nx,1\ny,2\n")]
    [InlineData("\"a\",\"b\"\n\"x\",\"1\"\n\"y\",\"2\"\n")]
    [InlineData("\ufeff\"a\",\"b\"\nx,1\ny,2\n")]
    [InlineData("b,a\n1,x\n2,y\n")]
    public async Task Line_ends_blank_lines_quotes_order_and_a_byte_order_mark_do_not_matter(string csv)
    {
        foreach (var readSize in new[] { int.MaxValue, 1, 3 })
        {
            var loaded = await LoadedCsv.OfAsync(csv, readSize: readSize);

            Assert.Empty(loaded.Rejects);
            Assert.Equal([["x", "1"], ["y", "2"]], loaded.Rows);
        }
    }

    [Fact]
    public async Task A_file_with_a_header_only_has_no_rows()
    {
        Assert.Empty((await LoadedCsv.OfAsync("a,b")).Rows);
        Assert.Empty((await LoadedCsv.OfAsync("a,b\n\n\n")).Rows);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n")]
    [InlineData("\r\n\r\n\n")]
    [InlineData("\ufeff")]
    public async Task A_file_without_even_a_header_fails(string csv)
    {
        var failed = await Assert.ThrowsAsync<RunFailedException>(() => LoadedCsv.OfAsync(csv));
        Assert.Equal("in/feed.csv is empty: not even a header", failed.Message);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n")]
    [InlineData("\ufeff")]
    public async Task Where_no_rows_are_right_a_file_needs_no_header(string csv)
    {
        var feed = LoadedCsv.Feed with { MinRows = 0 };
        await using var text = new Utf8Content(new MemoryStream(Encoding.UTF8.GetBytes(csv)), feed.Encoding);
        await using var records = new CsvRecords(text, feed, feed.Object);

        Assert.Empty(await records.ReadHeaderAsync(TestContext.Current.CancellationToken));
        Assert.False(await records.ReadAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Quoted_fields_keep_delimiters_quotes_spaces_and_line_ends() =>
        Assert.Equal([["x,\"y\" \r\n z ", "1"], [" p ", "2"]], (await LoadedCsv.OfAsync("a,b\n\"x,\"\"y\"\" \r\n z \",1\n p ,2\n")).Rows);

    [Fact]
    public async Task A_row_is_known_by_the_line_on_which_it_begins_also_after_quoted_newlines_and_blank_lines()
    {
        var loaded = await LoadedCsv.OfAsync("a,b\n\"one\ntwo\r\nthree\",1\n\nbad,x\r\n\"four\nfive\",y\nbad,z\n");

        Assert.Equal([["one\ntwo\r\nthree", "1"]], loaded.Rows);
        Assert.Equal([6, 7, 9], loaded.Rejects.Select(reject => reject.Line));
    }

    [Fact]
    public async Task A_quoted_empty_field_is_an_empty_text_and_an_unquoted_one_is_NULL() =>
        Assert.Equal([["", "1"], [null, "2"]], (await LoadedCsv.OfAsync("a,b\n\"\",1\n,2\n")).Rows);

    [Fact]
    public async Task The_words_for_NULL_count_in_unquoted_fields_only_and_exactly()
    {
        var feed = LoadedCsv.Feed with { Nulls = ["NaN", "\\N"] };

        var loaded = await LoadedCsv.OfAsync("a,b\nNaN,1\n\"NaN\",2\n\\N,3\nnan,4\n NaN,5\n,6\n", feed);

        Assert.Equal([[null, "1"], ["NaN", "2"], [null, "3"], ["nan", "4"], [" NaN", "5"], ["", "6"]], loaded.Rows);
    }

    [Fact]
    public async Task A_NULL_that_the_table_refuses_is_a_reject_of_its_column()
    {
        var reject = Assert.Single((await LoadedCsv.OfAsync("a,b\nx,\ny,2\n")).Rejects);

        Assert.Equal(new Reject(2, "b", RejectCode.NotNull, "empty, and the table does not take NULL", "x,"), reject);
    }

    [Theory]
    [InlineData("x", "1 field")]
    [InlineData("x,1,", "3 fields")]
    [InlineData("x,1,2,3", "4 fields")]
    public async Task A_ragged_row_is_a_reject_of_the_row_as_a_whole(string row, string fields)
    {
        var loaded = await LoadedCsv.OfAsync($"a,b\n{row}\ny,2\n");

        Assert.Equal([["y", "2"]], loaded.Rows);
        Assert.Equal(
            new Reject(2, null, RejectCode.ColumnCount, $"the row has {fields}, the header has 2", row),
            Assert.Single(loaded.Rejects));
        Assert.Equal($"the row has {fields}, the table has 2 columns",
            Assert.Single((await LoadedCsv.OfAsync($"{row}\ny,2\n", LoadedCsv.Feed with { Header = false })).Rejects).Reason);
    }

    [Theory]
    [InlineData("x\"y,1")]
    [InlineData("\"x\"y,1")]
    [InlineData("\"x\" ,1")]
    [InlineData("x,\"1\"2")]
    public async Task A_stray_quote_is_a_reject_and_the_next_row_is_good(string row)
    {
        var loaded = await LoadedCsv.OfAsync($"a,b\n{row}\ny,2\n");

        Assert.Equal([["y", "2"]], loaded.Rows);
        var reject = Assert.Single(loaded.Rejects);
        Assert.Equal((2, null, RejectCode.Quote, row), (reject.Line, reject.Column, reject.Code, reject.RawText));
    }

    [Theory]
    [InlineData("a,b\nx,1\n\"y,2\nz,3\n", 3, 1)]
    [InlineData("a,b\r\n\"y,2\r\nz,3\r\n\r\nw,4", 2, 3)]
    public async Task A_quote_that_is_never_closed_fails_the_run_for_what_it_swallows_and_names_the_line_where_it_began(
        string csv, int line, int swallowed)
    {
        var failed = await Assert.ThrowsAsync<RunFailedException>(() => LoadedCsv.OfAsync(csv));

        Assert.Equal($"in/feed.csv, line {line}: a quote of the record that begins here is never closed; "
            + $"it swallows the {swallowed} lines to the end of the file", failed.Message);
        Assert.Contains("\"quotedNewlines\": false", failed.Fault.Remedy, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a,b\nx,1\n\"y,2\n")]
    [InlineData("a,b\nx,1\n\"y,2\r\n\r\n")]
    [InlineData("a,b\nx,1\ny,\"2")]
    public async Task A_quote_never_closed_on_the_last_line_costs_that_row(string csv)
    {
        var loaded = await LoadedCsv.OfAsync(csv);

        Assert.Equal([["x", "1"]], loaded.Rows);
        Assert.Equal((3, RejectCode.Quote), (loaded.Rejects.Single().Line, loaded.Rejects.Single().Code));
    }

    [Fact]
    public async Task A_quote_out_of_place_that_joins_lines_says_how_many()
    {
        var loaded = await LoadedCsv.OfAsync("a,b\n\"x,1\ny,2\nz\"w,3\nu,4\n");

        Assert.Equal([["u", "4"]], loaded.Rows);
        Assert.Equal("a quote is never closed, or stands inside or after a field; it joins 3 lines", Assert.Single(loaded.Rejects).Reason);
    }

    [Theory]
    [InlineData("a,\"b\n")]
    [InlineData("a,\"b\"x\nAda,1\n")]
    public async Task A_header_with_a_quote_out_of_place_fails_without_showing_what_it_swallowed(string csv)
    {
        var failed = await Assert.ThrowsAsync<RunFailedException>(() => LoadedCsv.OfAsync(csv));

        Assert.Equal("in/feed.csv, line 1: a quote of the header is never closed, or stands inside or after a name", failed.Message);
    }

    [Fact]
    public async Task Without_quoted_newlines_a_quote_open_at_the_line_end_costs_its_row_alone()
    {
        var loaded = await LoadedCsv.OfAsync("a,b\n\"x,1\ny,2\n", LoadedCsv.Feed with { QuotedNewlines = false });

        Assert.Equal([["y", "2"]], loaded.Rows);
        Assert.Equal((2, RejectCode.Quote), (loaded.Rejects.Single().Line, loaded.Rejects.Single().Code));
    }

    [Theory]
    [InlineData("x")]
    [InlineData("\"x\nx")]
    public async Task A_record_beyond_the_limit_fails_the_run_and_names_its_line(string start)
    {
        var feed = LoadedCsv.Feed with { MaxRecordBytes = 1024 };
        var csv = $"a,b\ngood,1\n\ngood,2\n{start}{new string('x', 5_000)},3\ngood,4\n";
        foreach (var readSize in new[] { int.MaxValue, 7 })
        {
            var failed = await Assert.ThrowsAsync<RunFailedException>(() => LoadedCsv.OfAsync(csv, feed, readSize: readSize));

            Assert.StartsWith(
                "in/feed.csv, line 5: the record that begins here is longer than 1,024 bytes", failed.Message, StringComparison.Ordinal);
            Assert.DoesNotContain("xxx", failed.ToString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_record_within_the_limit_is_read_whole_whatever_the_read_size()
    {
        var feed = LoadedCsv.Feed with { MaxRecordBytes = 300_000 };
        var text = new string('x', 200_000);
        foreach (var readSize in new[] { int.MaxValue, 4_096, 1_000 })
        {
            Assert.Equal([[text, "1"], ["y", "2"]], (await LoadedCsv.OfAsync($"a,b\n{text},1\ny,2\n", feed, readSize: readSize)).Rows);
        }
    }

    [Fact]
    public async Task Invalid_UTF_8_and_NUL_lose_their_row_only()
    {
        var csv = "a,b\nx,1\nb\u00ffd,2\nn\0l,3\ny,4\n".Select(character => (byte)character).ToArray();

        var loaded = await LoadedCsv.OfAsync(csv);

        Assert.Equal([["x", "1"], ["y", "4"]], loaded.Rows);
        Assert.Equal(
            [
                new Reject(3, "a", RejectCode.Encoding, "not valid UTF-8", "b\ufffdd,2"),
                new Reject(4, "a", RejectCode.NulByte, "holds a NUL byte", "n\ufffdl,3"),
            ], loaded.Rejects);
    }

    [Theory]
    [InlineData("windows-1252", "", "not valid windows-1252")]
    [InlineData("utf-8", "\u00ff\u00fe", "not valid UTF-16")]
    [InlineData("windows-1252", "\u00ef\u00bb\u00bf", "not valid UTF-8")]
    public async Task A_character_that_is_none_is_told_in_the_files_own_encoding(string encoding, string mark, string reason)
    {
        var isWide = mark == "\u00ff\u00fe";
        var bad = isWide ? "\u00d8" : "\u0081";
        var csv = string.Concat($"a,b\nx,1\nb{bad}d,2\n".Select(character => !isWide ? $"{character}" : character == '\u00d8'
            ? "\0\u00d8" : $"{character}\0"));

        var loaded = await LoadedCsv.OfAsync(
            [.. (mark + csv).Select(character => (byte)character)], LoadedCsv.Feed with { Encoding = FileEncoding.Find(encoding)! });

        Assert.Equal([["x", "1"]], loaded.Rows);
        Assert.Equal(reason, Assert.Single(loaded.Rejects).Reason);
    }

    [Fact]
    public async Task What_a_column_does_not_take_is_named_without_its_value()
    {
        var loaded = await LoadedCsv.OfAsync("a,b\nx,12x\ny,2147483648\nz, 1\n");

        Assert.Equal([RejectCode.Integer, RejectCode.OutOfRange, RejectCode.Integer], loaded.Rejects.Select(reject => reject.Code));
        Assert.All(
            loaded.Rejects,
            reject => Assert.Equal(("b", "not a whole number between -2147483648 and 2147483647"), (reject.Column, reject.Reason)));
    }

    [Fact]
    public async Task Raw_text_is_cut_at_4_KB_and_holds_no_NUL()
    {
        var noise = Enumerable.Repeat((byte)0xff, 10_000).Append((byte)0).ToArray();
        byte[][] rows = [
            Encoding.UTF8.GetBytes(new string('x', 10_000)), Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("国", 5_000))), noise,
            [0, (byte)'x'],
        ];
        foreach (var row in rows)
        {
            byte[] csv = [.. "a,b\n"u8, .. row, .. ",x\n"u8];

            var raw = Assert.Single((await LoadedCsv.OfAsync(csv)).Rejects).RawText;

            Assert.InRange(Encoding.UTF8.GetByteCount(raw), 1, 4096);
            Assert.DoesNotContain('\0', raw);
        }
    }

    [Fact]
    public async Task Another_delimiter_and_quote_are_taken()
    {
        var feed = LoadedCsv.Feed with { Delimiter = ';', Quote = '\'' };
        Assert.Equal([["x;'\"", "1"], ["", "2"], [null, "3"]], (await LoadedCsv.OfAsync("a;b\n'x;''\"';1\n'';2\n;3\n", feed)).Rows);
        Assert.Equal([["x,y", "1"]], (await LoadedCsv.OfAsync("a\tb\nx,y\t1\n", LoadedCsv.Feed with { Delimiter = '\t' })).Rows);
    }

    [Fact]
    public async Task A_quoted_empty_field_and_a_blank_line_are_rows_of_a_one_column_file() =>
        Assert.Equal([["x"], [""], [null], [" "]], (await LoadedCsv.OfAsync("a\nx\n\"\"\n\n \n", table: OneColumn)).Rows);

    [Fact]
    public async Task A_column_that_the_table_does_not_have_is_skipped_and_not_checked()
    {
        var loaded = await LoadedCsv.OfAsync("x,a,y,b\n1,p,\u0001,2\n", LoadedCsv.Feed);

        Assert.Equal([["p", "2"]], loaded.Rows);
    }

    [Fact]
    public async Task Whatever_the_bytes_rows_do_not_depend_on_how_they_arrive_and_nothing_but_a_failed_run_is_thrown()
    {
        var seed = Random.Shared.Next();
        var random = new Random(seed);
        var alphabet = "\"\"\",,,\n\n\r\r\n01xy \0\u00ff\u00c3\u00a9"u8.ToArray();
        for (var round = 0; round < 3_000; round++)
        {
            byte[] csv = [.. "a,b\n"u8, .. random.GetItems(alphabet, random.Next(200))];
            var feed = LoadedCsv.Feed with { QuotedNewlines = random.Next(2) == 0, MaxRecordBytes = 1024 };
            try
            {
                var whole = await LoadedCsv.OfAsync(csv, feed);
                var pieces = await LoadedCsv.OfAsync(csv, feed, readSize: random.Next(1, 9));
                Assert.Equal(whole.Rows, pieces.Rows);
                Assert.Equal(whole.Rejects, pieces.Rejects);
            }
            catch (RunFailedException)
            {
                // A bound that the file broke; told as such.
            }
            catch (Exception fault) when (fault is not RunFailedException)
            {
                Assert.Fail($"seed {seed}, round {round}, {Convert.ToBase64String(csv)}: {fault}");
            }
        }
    }

    [Fact]
    public async Task A_megabyte_of_delimiters_is_no_header()
    {
        var failed = await Assert.ThrowsAsync<RunFailedException>(() => LoadedCsv.OfAsync("a,b" + new string(',', 10_000) + "\nx,1\n"));

        Assert.Equal("in/feed.csv, line 1: 10,002 names are no header", failed.Message);
    }
}
