using System.Globalization;
using System.IO.Compression;
using System.Text;
using EtlWorker.IntegrationTests.Rigging;
using Xunit;

namespace EtlWorker.IntegrationTests.Infer;

/// <summary>What is inferred loads all good rows, by the real loader, with the values that are right; or says what cannot be
/// known.</summary>
public sealed class InferTests(PostgresServer postgres)
{
    private static readonly IReadOnlyList<Shape> Shapes = Shape.Read(Path.Combine(AppContext.BaseDirectory, "Infer", "shapes.json"));

    public static TheoryData<string> Names => [.. Shapes.Select(shape => shape.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_file_is_loaded_as_its_shape_says(string name)
    {
        var shape = Shapes.Single(one => one.Name == name);
        using var inferred = await InferredFeed.OfAsync((shape.FileName, shape.Content));

        Assert.Equal(shape.Types, inferred.Types());
        Assert.All(shape.Says, words => Assert.Contains(words, inferred.Readme, StringComparison.Ordinal));
        Assert.All(shape.Has, words => Assert.Contains(words, inferred.Definition, StringComparison.Ordinal));
        var (rows, loaded) = await inferred.LoadAsync(postgres);
        Assert.Equal(shape.Rows, rows);
        Assert.Equal(shape.Rejected, loaded.Result.RowsRejected);
    }

    [Theory]
    [InlineData("orders.csv", 5_000)]
    [InlineData("reviews.csv", 1)]
    [InlineData("shipment_deliveries.csv", 1)]
    public async Task The_sample_of_this_project_is_loaded_whole(string file, int least)
    {
        using var sample = new SampleDirectory(orders: 5_000);
        var path = Directory.EnumerateFiles(sample.Path, file, SearchOption.AllDirectories).Single();
        using var inferred = await InferredFeed.OfAsync(("my_" + file, await File.ReadAllBytesAsync(path,
            TestContext.Current.CancellationToken)));

        var (rows, loaded) = await inferred.LoadAsync(postgres);

        Assert.Equal(0, loaded.Result.RowsRejected);
        Assert.True(rows.Count >= least);
        Assert.Equal((await File.ReadAllLinesAsync(path, TestContext.Current.CancellationToken)).Length - 1, rows.Count);
        Assert.Contains(inferred.Types().Split(' '), type => type != "text");
    }

    [Fact]
    public async Task One_letter_on_line_90000_makes_text_of_a_column_of_numbers()
    {
        var text = new StringBuilder("id,n\n");
        for (var row = 2; row <= 100_000; row++)
        {
            text.Append(CultureInfo.InvariantCulture, $"{row},{(row == 90_000 ? "9000O" : row)}\n");
        }

        using var inferred = await InferredFeed.OfAsync(("numbers.csv", Encoding.UTF8.GetBytes(text.ToString())));

        Assert.Equal("integer text", inferred.Types());
        Assert.Contains("line 90000 (`9000O`)", inferred.Readme, StringComparison.Ordinal);
        var (rows, _) = await inferred.LoadAsync(postgres);
        Assert.Equal(99_999, rows.Count);
        Assert.Equal("90000|9000O", rows[89_998]);
    }

    [Fact]
    public async Task A_day_above_12_on_the_last_line_decides_the_form_of_all()
    {
        var lines = Enumerable.Range(0, 5_000).Select(row => $"{row % 12 + 1:00}/{row % 11 + 1:00}/2024").Append("12/13/2024");

        using var inferred = await InferredFeed.OfAsync(("days.csv", Encoding.UTF8.GetBytes("id,day\n"
            + string.Concat(lines.Select((day, row) => $"{row},{day}\n")))));

        Assert.Equal("integer date", inferred.Types());
        Assert.Equal(["MM/dd/yyyy"], inferred.Feed.Dates);
        Assert.Contains("line 5002 (`12/13/2024`) decides", inferred.Readme, StringComparison.Ordinal);
        var (rows, _) = await inferred.LoadAsync(postgres);
        Assert.Equal("5000|2024-12-13", rows[^1]);
        Assert.Equal("1|2024-02-02", rows[1]);
    }

    [Fact]
    public async Task A_thousand_columns_are_a_table()
    {
        var names = Enumerable.Range(1, 1_000).Select(column => $"Value {column}");
        var row = Enumerable.Range(1, 1_000).Select(column => column % 2 == 0 ? $"{column}" : $"0{column}");

        using var inferred = await InferredFeed.OfAsync(("wide.csv", Encoding.UTF8.GetBytes(
            $"{string.Join(';', names)}\n{string.Join(';', row)}\n{string.Join(';', row)}\n")));

        Assert.Equal(string.Join(' ', Enumerable.Repeat("text integer", 500)), inferred.Types());
        var (rows, _) = await inferred.LoadAsync(postgres);
        Assert.Equal([string.Join('|', row), string.Join('|', row)], rows);
    }

    [Fact]
    public async Task Two_files_with_the_same_columns_are_one_feed()
    {
        using var inferred = await InferredFeed.OfAsync(
            ("sales_2024-01-01.csv", "id,note\n1,x\n"u8.ToArray()), ("sales_2024-01-02.csv", "id,note\n2,y\n"u8.ToArray()));

        Assert.Equal("sales_{date}.csv", inferred.Feed.Object);
        Assert.Equal("staging.sales", inferred.Feed.Table);
        Assert.Equal(["1|x", "2|y"], (await inferred.LoadAsync(postgres)).Rows);
    }

    [Fact]
    public async Task Files_that_differ_by_a_word_are_one_feed_by_a_star()
    {
        using var inferred = await InferredFeed.OfAsync(
            ("sales-north.csv", "id,note\n1,x\n"u8.ToArray()), ("sales-south.csv", "id,note\n2,y\n"u8.ToArray()));

        Assert.Equal("sales-*th.csv", inferred.Feed.Object);
        Assert.Equal(2, inferred.Feed.Count);
        Assert.Contains("`\"parts\": \"newest\"`", inferred.Readme, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_rows_every_column_is_text()
    {
        using var inferred = await InferredFeed.OfAsync(("names.csv", "id,note\n"u8.ToArray()));

        Assert.Equal("text text", inferred.Types());
        Assert.Contains("The type cannot be known without rows.", inferred.Readme, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_gzip_file_is_unpacked()
    {
        using var packed = new MemoryStream();
        await using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            await gzip.WriteAsync("id;amount\n1;2,50\n2;1.003,00\n"u8.ToArray(), TestContext.Current.CancellationToken);
        }

        using var inferred = await InferredFeed.OfAsync(("sales.csv.gz", packed.ToArray()));

        Assert.Equal("integer numeric(18,2)", inferred.Types());
        Assert.Equal(["1|2.50", "2|1003.00"], (await inferred.LoadAsync(postgres)).Rows);
    }
}
