using System.Globalization;
using Amazon.Runtime;
using Microsoft.Extensions.Logging;

namespace EtlWorker.Objects;

/// <summary>
/// Compares S3's clock, by which events are dated, with the database's, by which the worker waits, and with the machine's, by which
/// requests are signed. Each answer of S3 tells its time.
/// </summary>
/// <param name="ledger">The database's clock.</param>
/// <param name="machine">This machine's.</param>
/// <param name="logger">Is told once an hour while they disagree.</param>
internal sealed partial class ClockSkew(TimeProvider ledger, TimeProvider machine, ILogger<ClockSkew> logger)
{
    /// <summary>Of a date that has whole seconds, and an answer that was under way.</summary>
    private static readonly TimeSpan Tolerated = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan BetweenWarnings = TimeSpan.FromHours(1);
    private long? _warned;

    /// <summary>Looks at each answer that the client gets from now on.</summary>
    public T Watch<T>(T client)
        where T : AmazonServiceClient
    {
        client.AfterResponseEvent += (_, answer) =>
        {
            if (answer is WebServiceResponseEventArgs { ResponseHeaders: { } headers } && headers.TryGetValue("Date", out var date))
            {
                Compare(date);
            }
        };
        return client;
    }

    /// <param name="date">S3's time, as HTTP writes it; anything else is passed over.</param>
    internal void Compare(string date)
    {
        if (!DateTimeOffset.TryParseExact(date, "r", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var s3))
        {
            return;
        }

        var (database, local) = (ledger.GetUtcNow(), machine.GetUtcNow());
        if (((s3 - database).Duration() <= Tolerated && (local - database).Duration() <= Tolerated)
            || (_warned is { } warned && machine.GetElapsedTime(warned) < BetweenWarnings))
        {
            return;
        }

        _warned = machine.GetTimestamp();
        LogDisagree(s3.UtcDateTime, database.UtcDateTime, local.UtcDateTime);
    }

    [LoggerMessage(
        LogLevel.Warning, "The clocks disagree: S3 {S3:u}, the database {Database:u}, this machine {Machine:u}. Dates of drops go by S3's, "
            + "waits and deadlines by the database's: set the wrong one right (on this machine: timedatectl, chronyc makestep)")]
    private partial void LogDisagree(DateTime s3, DateTime database, DateTime machine);
}
