using System.Text.RegularExpressions;
using EtlWorker.IntegrationTests.Rigging;
using EtlWorker.StandIns;
using Xunit;

namespace EtlWorker.IntegrationTests.Recovery;

/// <summary>What the only run of a rig left behind. Equal for the same files, whatever happened on the way.</summary>
internal sealed record RunOutcome
{
    private const string Ledger =
        """
        select run.id is not null as known, run.origin, run.state, run.error,
            array(select warning from unnest(run.warnings) as warning where warning not like 'recovered:%') as warnings,
            drops.feed, drops.disposition, drops.reason,
            feeds.bytes, feeds.sha256, feeds.rows_read, feeds.rows_loaded, feeds.rows_rejected
        from etl.drop as drops
        full join etl.run on run.id = drops.run_id
        left join etl.run_feed as feeds on feeds.drop_id = drops.id and feeds.attempt = run.attempt
        where drops.feed is not null or drops.id is null
        order by drops.feed, drops.id
        """;

    private const string Rejects =
        """
        select reject.feed, line_number, column_name, code, reject.reason, raw_text
        from etl.reject join etl.run on run.id = reject.run_id and run.attempt = reject.attempt
        order by reject.feed, line_number
        """;

    // Of the last attempt.
    private const string Stages =
        "(select stage.stage, stage.ended_at from etl.run_stage as stage "
            + "join etl.run on run.id = stage.run_id and run.attempt = stage.attempt) as stages";

    private const string RunDate = "RUN-DATE";
    private const string Unsent = "select not exists (select from etl.notification where sent_at is null)";

    /// <summary>Tables, exports and what the ledger says, the run's date left out.</summary>
    public required string Text { get; init; }

    /// <summary>Staging and analytics alone, the run's date left out.</summary>
    public required string Tables { get; init; }

    /// <summary>How often the load was begun.</summary>
    public required int Attempts { get; init; }

    /// <summary>How often the notice says that a worker took up what another, or an earlier attempt, left.</summary>
    public required int Recovered { get; init; }

    /// <summary>How often the success was reported.</summary>
    public required int Told { get; init; }

    /// <summary>The stages of the last attempt that have no end in the ledger, in alphabetical order.</summary>
    public required string Unended { get; init; }

    /// <summary>Waits for the run's end, stops the worker, and checks what holds for every run.</summary>
    public static async Task<RunOutcome> ReadAsync(Rig rig, LocalAws aws, WorkerProcess worker)
    {
        var told = await rig.Aws.NextNoticeAsync(rig.Token);
        Assert.True(told.Attributes["status"] == "succeeded", told.Body);
        await rig.UntilAsync(Unsent);
        // Before it has begun to listen it may not have got as far as to take a signal.
        await worker.SeeAsync("Listening on", rig.Token);
        Assert.Equal(0, await worker.StopAsync(rig.Token));

        var notices = aws.Outbox.Notices.Where(notice => notice.TopicArn == rig.Aws.TopicArn).ToList();
        Assert.All(notices, notice => Assert.Equal("succeeded", notice.Attributes["status"]));
        Assert.Single(notices.Select(notice => notice.Message).Distinct());
        var versions = await rig.Aws.VersionsAsync("analytics_export/", rig.Token);
        Assert.All(versions.GroupBy(version => version.Key), versions => Assert.True(
            versions.Min(version => version.At) <= notices[0].At, $"{versions.Key} was not there yet when the success was told."));

        var date = await DateAsync(rig);
        var text = string.Join('\n',
            await rig.CsvAsync(Ledger),
            await rig.CsvAsync(Rejects),
            await rig.CsvAsync($"select stage from {Stages} order by stage"),
            await rig.CsvAsync("select kind, count(*) from etl.notification group by kind order by kind"),
            // Every version that was ever there: whole, and the same bytes each time.
            string.Join('\n', versions.Select(version => $"{version.Key}\n{version.Text}").Distinct().Order(StringComparer.Ordinal)));
        var tables = await TablesAsync(rig);
        return new RunOutcome
        {
            Text = text.Replace(date, RunDate, StringComparison.Ordinal) + tables,
            Tables = tables,
            Attempts = await rig.QueryAsync<int>("select attempt from etl.run"),
            Recovered = Regex.Count(notices[0].Message, "recovered:"),
            Told = notices.Count,
            Unended = await rig.QueryAsync<string>(
                $"select coalesce(string_agg(stage, ' ' order by stage), '') from {Stages} where ended_at is null"),
        };
    }

    public static async Task<string> TablesAsync(Rig rig) =>
        (await rig.TablesAsync()).Replace(await DateAsync(rig), RunDate, StringComparison.Ordinal);

    private static Task<string> DateAsync(Rig rig) => rig.QueryAsync<string>("select run_date::text from etl.run");
}
