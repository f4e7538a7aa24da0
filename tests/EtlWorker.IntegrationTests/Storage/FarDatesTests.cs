using EtlWorker.IntegrationTests.Rigging;
using EtlWorker.StandIns;
using EtlWorker.Storage;
using Xunit;

namespace EtlWorker.IntegrationTests.Storage;

/// <summary>The first and the last date that .NET has are dates like any other, and no infinities.</summary>
public sealed class FarDatesTests(PostgresServer postgres) : IAsyncLifetime
{
    private LocalAws _aws = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _aws = await LocalAws.StartAsync(cancellationToken: Stop);

    public ValueTask DisposeAsync() => _aws.DisposeAsync();

    [Fact]
    public async Task A_value_at_either_end_is_bound_and_read_as_it_is()
    {
        await using var database = new Database(new DatabaseOptions(await postgres.CreateDatabaseAsync(Stop), null));
        await using var connection = await database.OpenSessionAsync(Stop);
        foreach (var (value, text) in new (object, string)[]
        {
            (DateOnly.MinValue, "0001-01-01"), (DateOnly.MaxValue, "9999-12-31"),
            (DateTime.MinValue, "0001-01-01 00:00:00"), (DateTime.MaxValue, "9999-12-31 23:59:59.999999"),
            (DateTimeOffset.MinValue, "0001-01-01 00:00:00"), (DateTimeOffset.MaxValue, "9999-12-31 23:59:59.999999"),
        })
        {
            await using var command = connection.Text(
                value is DateTimeOffset ? "select (@value at time zone 'UTC')::text, @value" : "select @value::text, @value",
                ("value", value));
            await using var reader = await command.ExecuteReaderAsync(Stop);
            await reader.ReadAsync(Stop);
            Assert.Equal(text, reader.GetString(0));
            Assert.True(value is not DateOnly date || await reader.GetFieldValueAsync<DateOnly>(1, Stop) == date);
        }
    }

    [Theory]
    [InlineData("0001-01-01")]
    [InlineData("9999-12-31")]
    public async Task A_command_finds_the_run_of_a_date_at_either_end(string date)
    {
        await using var rig = await Rig.CreateAsync(postgres, _aws.Endpoint, null, Stop);
        await rig.DefineAsync("{}", "orders");
        await rig.ExecuteAsync(
            $"""
            insert into etl.definition (hash, pipeline, document, sql, first_used_at) values ('h', 'retail', '', '[]', now());
            insert into etl.run (pipeline, run_date, as_of, time_zone, origin, state, attempt, definition_hash, worker, claimed_at)
            values ('retail', '{date}', '{date}', 'UTC', 'event', 'claimed', 1, 'h', 'w', now())
            """);

        var (exit, said) = await rig.CommandAsync("retry", date, "--reason", "r");

        Assert.True(exit == 1 && said.Contains($"of {date} has not ended", StringComparison.Ordinal), $"{exit}: {said}");
    }

    [Fact]
    public async Task An_answer_may_look_back_from_the_last_date_and_may_be_infinite()
    {
        await using var rig = await Rig.CreateAsync(postgres, _aws.Endpoint, null, Stop);
        await rig.DefineAsync("{}", "orders");
        rig.Define(pipeline => pipeline["asOf"] = "9999-12-31");
        await rig.ExecuteAsync("alter table public.counted add as_of date, add never date, add ever timestamptz");
        await rig.WriteAsync("counted.sql",
            "select 1 as n, @as_of as as_of, 'infinity'::date as never, '-infinity'::timestamptz as ever from public.orders limit 1");
        await using var worker = await rig.StartAsync();

        await rig.DropRowsAsync("orders", 3);

        var told = await rig.NotifiedAsync("succeeded");
        Assert.Matches("as_of +9999-12-31", told.Body);
        Assert.Matches("never +infinity", told.Body);
        Assert.Matches("ever +-infinity", told.Body);
        Assert.EndsWith(
            ",1,9999-12-31,infinity,-infinity\n", await rig.Aws.ReadAsync("out/counted.csv", rig.Token), StringComparison.Ordinal);
    }
}
