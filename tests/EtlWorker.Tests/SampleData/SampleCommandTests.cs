using EtlWorker.SampleData;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EtlWorker.Tests.SampleData;

public sealed class SampleCommandTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("etlworker-sample-").FullName;
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2024, 2, 29, 12, 0, 0, TimeSpan.Zero));
    private readonly StringWriter _output = new() { NewLine = "\n" };
    private readonly StringWriter _error = new() { NewLine = "\n" };

    public void Dispose()
    {
        Directory.Delete(_directory, recursive: true);
        _output.Dispose();
        _error.Dispose();
    }

    [Fact]
    public void Five_files_are_written_and_each_is_named_with_its_rows_and_bytes()
    {
        var directory = Path.Combine(_directory, "new");

        Assert.Equal(0, Run("--out", directory, "--orders", "100", "--seed", "-7", "--as-of", "2022-09-05", "--bad-rows", "2"));

        var options = new SampleOptions { Orders = 100, Seed = -7, AsOf = new DateOnly(2022, 9, 5), BadRows = 2 };
        string[] files = ["orders.csv", "reviews.csv", "shipment_deliveries.csv", "dim_dates.csv", "dim_products.csv"];
        Assert.All(files, file =>
            Assert.Equal(SampleFiles.Bytes(file, options), File.ReadAllBytes(Path.Combine(directory, file))));
        Assert.Equal(
            files.Select(file => $"{file}: {SampleFiles.Rows(file, options).Length} rows, {SampleFiles.Bytes(file, options).Length} bytes"),
            _output.ToString().TrimEnd('\n').Split('\n'));
        Assert.Empty(_error.ToString());
    }

    [Fact]
    public void The_as_of_date_is_today_unless_it_is_given()
    {
        Assert.Equal(0, Run("--out", _directory));

        Assert.Equal(SampleFiles.Bytes("orders.csv", SampleFiles.Options), File.ReadAllBytes(Path.Combine(_directory, "orders.csv")));
    }

    [Fact]
    public void A_longer_file_from_before_is_replaced()
    {
        Assert.Equal(0, Run("--out", _directory, "--orders", "100"));
        Assert.Equal(0, Run("--out", _directory, "--orders", "10"));

        Assert.Equal(
            SampleFiles.Bytes("orders.csv", SampleFiles.Options with { Orders = 10 }),
            File.ReadAllBytes(Path.Combine(_directory, "orders.csv")));
    }

    [Theory]
    [InlineData("--out is missing")]
    [InlineData("--out needs a value", "--out")]
    [InlineData("unknown option --order", "--out", "x", "--order", "5")]
    [InlineData("unknown option help", "help")]
    [InlineData("--orders -1: not a whole number from 0 to 2147483647", "--out", "x", "--orders", "-1")]
    [InlineData("--orders 12x: not a whole number from 0 to 2147483647", "--out", "x", "--orders", "12x")]
    [InlineData("--seed 1.5: not a whole number from -2147483648 to 2147483647", "--out", "x", "--seed", "1.5")]
    [InlineData("--as-of 2022-02-30: not a date like 2024-12-31, from 0002-09-01 on", "--out", "x", "--as-of", "2022-02-30")]
    [InlineData("--as-of 0002-08-31: not a date like 2024-12-31, from 0002-09-01 on", "--out", "x", "--as-of", "0002-08-31")]
    [InlineData("--bad-rows many: not a whole number from 0 to 2147483647", "--out", "x", "--bad-rows", "many")]
    [InlineData("--bad-rows 11: more than the 10 of --orders", "--out", "x", "--bad-rows", "11", "--orders", "10")]
    public void A_wrong_argument_is_named_and_nothing_is_written(string message, params string[] arguments)
    {
        Assert.Equal(2, Run(arguments));

        Assert.Equal(message, _error.ToString().Split('\n')[0]);
        Assert.Empty(_output.ToString());
    }

    [Fact]
    public void A_directory_that_cannot_be_written_is_told_apart_from_a_wrong_argument()
    {
        var file = Path.Combine(_directory, "file");
        File.WriteAllText(file, "");

        Assert.Equal(1, Run("--out", file));

        Assert.StartsWith($"--out {file}: ", _error.ToString(), StringComparison.Ordinal);
    }

    private int Run(params string[] arguments) => SampleCommand.Run(arguments, _clock, _output, _error);
}
