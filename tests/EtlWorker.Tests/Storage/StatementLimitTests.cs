using EtlWorker.Domain.Runs;
using EtlWorker.Storage;
using Npgsql;
using Xunit;

namespace EtlWorker.Tests.Storage;

public sealed class StatementLimitTests
{
    /// <summary>A function may take no notice of its cancellation; then this side gives up, and the session is lost.</summary>
    [Fact]
    public async Task A_statement_that_this_side_gave_up_took_longer_than_it_may()
    {
        await using var connection = new NpgsqlConnection("Host=127.0.0.1;Command Timeout=30");

        var failure = await Assert.ThrowsAsync<RunFailedException>(() => connection.LimitedAsync(
            "check found (found.sql)", () => Task.FromException(new NpgsqlException("read", new TimeoutException()))));

        Assert.Equal("check found (found.sql) took longer than 00:00:00 (RUN__STATEMENTTIMEOUT) and was ended", failure.Message);
    }

    [Fact]
    public async Task A_session_that_is_lost_sooner_is_lost()
    {
        await using var connection = new NpgsqlConnection("Host=127.0.0.1;Command Timeout=60");

        await Assert.ThrowsAsync<NpgsqlException>(() => connection.LimitedAsync(
            "check found (found.sql)", () => Task.FromException(new NpgsqlException("read", new TimeoutException()))));
    }
}
