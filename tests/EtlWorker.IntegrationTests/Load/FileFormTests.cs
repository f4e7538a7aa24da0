using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using EtlWorker.IntegrationTests.Rigging;
using EtlWorker.StandIns;
using Xunit;

namespace EtlWorker.IntegrationTests.Load;

/// <summary>Whatever a person's export tool writes, through the real worker.</summary>
public sealed class FileFormTests(PostgresServer postgres) : IAsyncLifetime
{
    private const string Rows = "id,note\r\n1,J\u00FCrgen\r\n2,\"a, b\"\r\n";
    private LocalAws _aws = null!;

    public async ValueTask InitializeAsync() => _aws = await LocalAws.StartAsync(cancellationToken: TestContext.Current.CancellationToken);

    public ValueTask DisposeAsync() => _aws.DisposeAsync();

    [Fact]
    public async Task Packed_and_in_several_encodings_files_of_one_batch_load_alike()
    {
        string[] feeds = ["packed", "wide", "western", "plain"];
        await using var rig = await CreateRigAsync();
        await rig.DefineAsync(
            "{}", "packed", "wide", """western "encoding": "windows-1252" """, """plain "header": false, "delimiter": ";" """);
        rig.Define(pipeline => pipeline["feeds"]![0]!["object"] = "in/packed.csv.gz");
        await using var worker = await rig.StartAsync();

        await DropAsync(rig, "in/packed.csv.gz", Pack(Encoding.UTF8.GetBytes(Rows)));
        await DropAsync(rig, "in/wide.csv", [.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes(Rows)]);
        await DropAsync(rig, "in/western.csv", Encoding.Latin1.GetBytes(Rows));
        await rig.DropAsync("in/plain.csv", "1;J\u00FCrgen\n2;\"a, b\"\n");
        await rig.NotifiedAsync("succeeded");

        foreach (var feed in feeds)
        {
            Assert.Equal(
                "1 J\u00FCrgen, 2 a, b",
                await rig.QueryAsync<string>($"select string_agg(id || ' ' || note, ', ' order by id) from public.{feed}"));
        }
    }

    [Fact]
    public async Task A_packed_file_that_was_cut_off_fails_the_run_and_says_so()
    {
        await using var rig = await CreateRigAsync();
        await rig.DefineAsync("{}", "orders");
        rig.Define(pipeline => pipeline["feeds"]![0]!["object"] = "in/orders.csv.gz");
        await using var worker = await rig.StartAsync();
        var packed = Pack(
            Encoding.UTF8.GetBytes("id,note\n" + string.Concat(Enumerable.Range(1, 50_000).Select(id => $"{id},{id * 7919 % 10007}\n"))));

        await DropAsync(rig, "in/orders.csv.gz", packed[..(packed.Length / 2)]);

        Assert.Contains(
            "in/orders.csv.gz is no gzip file, or it is damaged or cut off, after", (await rig.NotifiedAsync("failed")).Body,
            StringComparison.Ordinal);
        Assert.Equal(0, await rig.RowsAsync("orders"));
    }

    [Theory]
    [InlineData("\"maxUnpackedBytes\": 1000", "unpacks to more than 1,000 bytes")]
    [InlineData("\"maxRecordBytes\": 1024", "line 3: the record that begins here is longer than 1,024 bytes")]
    public async Task What_would_take_too_much_room_fails_the_run(string limit, string cause)
    {
        await using var rig = await CreateRigAsync();
        await rig.DefineAsync("{}", $"orders {limit}");
        rig.Define(pipeline => pipeline["feeds"]![0]!["object"] = "in/orders.csv.gz");
        await using var worker = await rig.StartAsync();

        await DropAsync(rig, "in/orders.csv.gz", Pack(Encoding.UTF8.GetBytes($"id,note\n1,a\n2,{new string('x', 5000)}\n")));

        Assert.Contains(cause, (await rig.NotifiedAsync("failed")).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refused_rows_are_exported_to_be_corrected_and_dropped_again()
    {
        await using var rig = await CreateRigAsync();
        await rig.DefineAsync("{}", """orders "mode": "append" """);
        await using var worker = await rig.StartAsync();
        await rig.DropAsync(
            "in/orders.csv",
            "note,id\na,1\n\"b\nb\",x2\nc,1\nd,4,5\ne,5\n" + string.Concat(Enumerable.Range(100, 300).Select(id => $"z,{id}\n")));

        var told = await rig.NotifiedAsync("succeeded");

        var key = $"rejected/retail/{told.Attributes["run_date"]}/orders.csv";
        Assert.Contains($"To correct and drop again: s3://{rig.Aws.Bucket}/{key}", told.Body, StringComparison.Ordinal);
        var rejects = await ReadAsync(rig, key);
        Assert.Equal(
            """
            \uFEFFnote,id,_line,_column,_code,_reason
            "b\nb",x2,3,"id",integer,"not a whole number between -2147483648 and 2147483647"
            c,1,5,"id",duplicate_key,"line 2 has the same id (orders_pkey)"
            "d,4,5",,6,"",column_count,"the row has 3 fields, the header has 2"

            """.ReplaceLineEndings("\r\n")
                .Replace("\\n", "\n", StringComparison.Ordinal).Replace("\\uFEFF", "\uFEFF", StringComparison.Ordinal), rejects);

        var corrected = rejects.Replace(",x2,", ",2,", StringComparison.Ordinal)
            .Replace("c,1,5,", "c,3,5,", StringComparison.Ordinal).Replace("\"d,4,5\",,", "d,4,", StringComparison.Ordinal);
        await rig.DropAsync("in/orders.csv", corrected);
        await rig.NotifiedAsync("held");
        await rig.CommandAsync("retry", told.Attributes["run_date"], "--reason", "corrected");
        await rig.NotifiedAsync("succeeded");

        Assert.Equal(
            "1 a, 2 b\nb, 3 c, 4 d, 5 e",
            await rig.QueryAsync<string>("select string_agg(id || ' ' || note, ', ' order by id) from public.orders where id < 100"));
        Assert.Equal("\uFEFFnote,id,_line,_column,_code,_reason\r\n", await ReadAsync(rig, key));
    }

    [Fact]
    public async Task Rejects_of_two_drops_of_a_feed_are_two_files()
    {
        await using var rig = await CreateRigAsync();
        await rig.DefineAsync("{}", "stock", """orders "mode": "append" """);
        await using var worker = await rig.StartAsync();
        await rig.DropAsync("in/orders.csv", "id,note\n1,a\nx,b\n" + string.Concat(Enumerable.Range(100, 300).Select(id => $"{id},z\n")));
        await rig.DropAsync("in/orders.csv", "note,id\nc,y\n" + string.Concat(Enumerable.Range(500, 300).Select(id => $"z,{id}\n")));
        await rig.DropRowsAsync("stock", 3);

        var told = await rig.NotifiedAsync("succeeded");

        var key = $"rejected/retail/{told.Attributes["run_date"]}/orders";
        Assert.StartsWith(
            "\uFEFFid,note,_line,_column,_code,_reason\r\nx,b,3,", await ReadAsync(rig, $"{key}.csv"), StringComparison.Ordinal);
        Assert.StartsWith(
            "\uFEFFnote,id,_line,_column,_code,_reason\r\nc,y,2,", await ReadAsync(rig, $"{key}.2.csv"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_trigger_says_of_a_row_reaches_neither_log_nor_notice()
    {
        await using var rig = await CreateRigAsync();
        await rig.DefineAsync("{}", "orders");
        await rig.ExecuteAsync(
            """
            create function public.refuse() returns trigger language plpgsql as
                'begin if new.id = 2 then raise exception ''not %'', new.note; end if; return new; end';
            create trigger refuse before insert on public.orders for each row execute function public.refuse();
            """);
        rig.Define(pipeline => pipeline["rejects"] = JsonNode.Parse("""{ "max": 100, "maxPercent": 100 }"""));
        await using var worker = await rig.StartAsync();

        await rig.DropAsync("in/orders.csv", "id,note\n1,a\n2,confidential\n");

        var told = await rig.NotifiedAsync("succeeded");
        Assert.Contains("line 3: refused by a trigger of the table", told.Body, StringComparison.Ordinal);
        Assert.Contains(
            "public.orders refused a row of orders (refused by a trigger of the table)", worker.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("confidential", told.Body + worker.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Beyond_the_limit_nothing_is_changed_and_the_rejects_are_exported_all_the_same()
    {
        await using var rig = await CreateRigAsync();
        await rig.DefineAsync("{}", """orders "rejects": { "max": 1 } """);
        await using var worker = await rig.StartAsync();

        await rig.DropAsync("in/orders.csv", "id,note\n1,a\nx,b\ny,c\n");

        var told = await rig.NotifiedAsync("failed");
        var key = $"rejected/retail/{told.Attributes["run_date"]}/orders.csv";
        Assert.Contains($"s3://{rig.Aws.Bucket}/{key}", told.Body, StringComparison.Ordinal);
        Assert.Equal(3, (await ReadAsync(rig, key)).TrimEnd().Split('\n').Length);
        Assert.Equal(0, await rig.RowsAsync("orders"));
    }

    private static byte[] Pack(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            gzip.Write(bytes);
        }

        return packed.ToArray();
    }

    private static Task DropAsync(Rig rig, string key, byte[] bytes) => rig.Aws.DropAsync(key, new MemoryStream(bytes), rig.Token);

    private static async Task<string> ReadAsync(Rig rig, string key)
    {
        using var response = await rig.Aws.S3.GetObjectAsync(rig.Aws.Bucket, key, rig.Token);
        using var text = new MemoryStream();
        await response.ResponseStream.CopyToAsync(text, rig.Token);
        return Encoding.UTF8.GetString(text.ToArray());
    }

    private Task<Rig> CreateRigAsync() => Rig.CreateAsync(postgres, _aws.Endpoint, null, TestContext.Current.CancellationToken);
}
