using System.Globalization;
using EtlWorker.Domain.Runs;
using EtlWorker.IntegrationTests.Rigging;
using EtlWorker.Load;
using EtlWorker.Storage;
using Xunit;

namespace EtlWorker.IntegrationTests.Load;

/// <summary>
/// Files of whatever bytes, read with whatever options: each is loaded with every row accounted for, or fails its run with a
/// sentence without row contents; and the connection goes on.
/// </summary>
[Collection(Alone.Name)]
public sealed class FuzzTests(PostgresServer postgres)
{
    private const long AllocatedByALoad = 4 << 20;

    // The row-by-row path finds a row by halving: some statements for each half.
    private const long AllocatedByABadRow = 128 << 10;
    private const int AllocatedPerByte = 100;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Whatever_bytes_come_they_load_or_fail_their_run()
    {
        await using var rig = await LoadRig.CreateAsync(postgres);
        await rig.ExecuteAsync(SqlTypes.Definitions);
        foreach (var table in FuzzTable.All)
        {
            await rig.ExecuteAsync(table.Definition);
        }

        var job = await rig.JobAsync(LoadRig.Feed);
        var (loaded, failed, rowByRow) = (0, 0, 0);
        var most = SampleSize.Documents(1_500);
        for (var at = 0; at < most; at++)
        {
            var random = new Random(SampleSize.Seed + at);
            var table = random.Pick(FuzzTable.All);
            var file = FuzzFile.Random(table, random);
            try
            {
                var outcome = await TryAsync(rig, job with { Feed = file.Feed, Limit = file.Limit }, table, file);
                (loaded, failed, rowByRow) =
                    (loaded + (outcome.Loaded ? 1 : 0), failed + (outcome.Loaded ? 0 : 1), rowByRow + (outcome.WasRowByRow ? 1 : 0));
            }
            catch (Exception fault) when (fault is not OperationCanceledException)
            {
                Assert.Fail($"ETLWORKER_TEST_SEED={SampleSize.Seed + at}: {table.Name}, {file}\n{fault}");
            }
        }

        TestContext.Current.TestOutputHelper?.WriteLine(
            string.Create(CultureInfo.InvariantCulture, $"{most} files: {loaded} loaded, {rowByRow} of them row by row, {failed} failed"));
        Assert.True(loaded > most / 4 && failed > most / 20 && rowByRow > most / 50, "the files are too much alike");
    }

    private static async Task<(bool Loaded, bool WasRowByRow)> TryAsync(LoadRig rig, FeedJob job, FuzzTable table, FuzzFile file)
    {
        var (outcome, allocated) = await MeasuredAsync(rig, job, table, file);
        var most = AllocatedByALoad + (AllocatedPerByte * (long)file.Bytes.Length) + (AllocatedByABadRow * outcome.Rejected);
        Assert.True(
            allocated <= most, $"{allocated:N0} bytes allocated for a file of {file.Bytes.Length:N0} with {outcome.Rejected} bad rows");
        return (outcome.Loaded, outcome.WasRowByRow);
    }

    private static async Task<(Outcome Outcome, long Allocated)> MeasuredAsync(LoadRig rig, FeedJob job, FuzzTable table, FuzzFile file)
    {
        var allocated = GC.GetTotalAllocatedBytes();
        var outcome = await LoadAsync(rig, job, table, file).WaitAsync(Patience, TestContext.Current.CancellationToken);
        allocated = GC.GetTotalAllocatedBytes() - allocated;
        await rig.ExecuteAsync("delete from etl.reject; delete from etl.rejected_file");
        return (outcome, allocated);
    }

    private static async Task<Outcome> LoadAsync(LoadRig rig, FeedJob job, FuzzTable table, FuzzFile file)
    {
        var stop = TestContext.Current.CancellationToken;
        await using var transaction = await rig.Connection.BeginTransactionAsync(stop);
        job = job with
        {
            IsTruncated = (await FeedLoader.EmptyAsync(
                rig.Connection, job.Feed.Mode == Domain.Pipelines.LoadMode.Replace ? [job.Feed] : [], SearchPath.OfRole, stop)).Count > 0,
        };
        var former = await RowsAsync(rig, table);
        try
        {
            var (loaded, wasRowByRow) = await rig.LoadAsync(job, () => new PiecemealStream(file.Bytes), stop);
            var rows = await RowsAsync(rig, table) - former;
            // Of rows that merge, some replace others.
            Assert.True(
                job.Feed.Mode == Domain.Pipelines.LoadMode.Merge ? rows <= loaded.RowsLoaded : rows == loaded.RowsLoaded,
                $"{rows} rows came, {loaded.RowsLoaded} were told");
            return new Outcome(true, wasRowByRow, loaded.RowsRejected);
        }
        catch (RunFailedException failed)
        {
            var told = $"{failed.Message} {failed.Fault.Remedy}";
            // Names of a header are reported, and a mutation may have made a row a part of it.
            Assert.DoesNotContain(
                file.Secrets,
                secret => told.Contains(secret, StringComparison.Ordinal) && !told.Contains("; the header has ", StringComparison.Ordinal));
        }
        finally
        {
            await transaction.RollbackAsync(CancellationToken.None);
        }

        return new Outcome(false, false, await rig.QueryAsync<long>("select count(*) from etl.reject"));
    }

    private static Task<long> RowsAsync(LoadRig rig, FuzzTable table) => rig.QueryAsync<long>($"select count(*) from {table.Name}");

    private sealed record Outcome(bool Loaded, bool WasRowByRow, long Rejected);
}
