using EtlWorker.IntegrationTests.Rigging;
using EtlWorker.Ledger;
using EtlWorker.Ledger.Notices;
using EtlWorker.Notify;
using EtlWorker.Storage;
using EtlWorker.Tests.Notify;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EtlWorker.IntegrationTests.Recovery;

/// <summary>Two workers send what is to be said, without a lock of the pipeline.</summary>
public sealed class OutboxTests(PostgresServer postgres)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_one_worker_is_sending_another_one_passes_over_and_what_was_given_up_is_sent_again()
    {
        await using var database = new Database(new DatabaseOptions(await postgres.CreateMigratedDatabaseAsync(Stop), null));
        var ledger = new PostgresLedger(database, new FakeTimeProvider());
        await using var one = await ledger.OpenLockableAsync(Stop);
        await using var other = await ledger.OpenLockableAsync(Stop);
        foreach (var subject in new[] { "first", "second", "third" })
        {
            await one.Outbox.AddAsync(new Notice { Pipeline = "retail", Kind = "held", Subject = subject, Body = "" }, Stop);
        }

        var inbox = new Inbox();
        var sender = new NoticeSender(inbox, NullLogger<NoticeSender>.Instance);
        await using (await one.BeginAsync(Stop))
        {
            Assert.Equal("first", (await one.Outbox.NextUnsentAsync("retail", 0, Stop))?.Notice.Subject);
            await sender.SendAsync(other, "retail", Stop);
            Assert.Equal(["second", "third"], inbox.Received.Select(notice => notice.Subject));
        }

        await sender.SendAsync(other, "retail", Stop);
        await sender.SendAsync(one, "retail", Stop);
        Assert.Equal(["second", "third", "first"], inbox.Received.Select(notice => notice.Subject));
    }
}
