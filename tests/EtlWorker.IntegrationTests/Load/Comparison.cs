using EtlWorker.Domain.Runs;
using EtlWorker.IntegrationTests.Rigging;
using EtlWorker.Load;
using EtlWorker.Storage;
using Npgsql;

namespace EtlWorker.IntegrationTests.Load;

/// <summary>Loads documents into two tables alike, by our loader and by PostgreSQL's COPY, and compares them row for row.</summary>
internal sealed class Comparison(LoadRig rig, Tally tally, CancellationToken cancellationToken)
{
    private const string Ours = "public.ours";
    private const string Theirs = "public.theirs";
    private string _origin = "";

    /// <param name="seed">From which all is made; told when there is a difference.</param>
    /// <param name="table">The table.</param>
    /// <param name="documents">Makes files for it.</param>
    public async Task CompareAsync(int seed, SampleTable table, Func<SampleTable, IEnumerable<SampleDocument>> documents)
    {
        _origin = $"ETLWORKER_TEST_SEED={seed} {table}";
        await rig.ExecuteAsync($"{table.Definition(Ours)}; {table.Definition(Theirs)}");
        var job = await rig.JobAsync(LoadRig.Feed with { Table = Ours });
        foreach (var document in documents(table))
        {
            await CompareAsync(table, document, job with { Feed = document.Feed with { Table = Ours } });
        }

        await rig.ExecuteAsync($"drop table {Ours}, {Theirs}");
    }

    private async Task CompareAsync(SampleTable table, SampleDocument document, FeedJob job)
    {
        var ours = await OursAsync(table, document, job);
        tally.Count(document.Rows.Count, ours?.Rows.Length ?? 0);
        if (ours is null)
        {
            // A quote that is never closed: the rest of the file is lost to PostgreSQL too.
            if (await TheirsAsync(table, document, document.Bytes) is not null)
            {
                Explain(new Disagreement(false, null, document.Rows[^1].Raw, document.Rows[^1].Kind), document, "the run failed");
            }

            return;
        }

        await CompareTakenAsync(table, document, ours);
        foreach (var (row, column) in ours.Refused)
        {
            if (await TheirsAsync(table, document, document.Alone(row)) is not null)
            {
                var at = document.Columns.ToList().FindIndex(known => known.Name == column);
                var sample = document.Rows[row];
                Explain(
                    new Disagreement(
                        false, at < 0 ? null : document.Columns[at].Type, at < 0 ? sample.Raw : sample.Fields[at] ?? "", sample.Kind),
                    document, $"we refused row {row}, column {column}");
            }
        }
    }

    /// <summary>The rows that we took, in one COPY; one by one only where that differs.</summary>
    private async Task CompareTakenAsync(SampleTable table, SampleDocument document, OurRows ours)
    {
        var whole = await TheirsAsync(table, document, document.With(ours.Taken));
        if (whole is not null && whole.AsSpan().SequenceEqual(ours.Rows))
        {
            await ExplainSkippedAsync(table, document, ours);
            return;
        }

        var differs = false;
        for (var at = 0; at < ours.Taken.Count; at++)
        {
            var row = ours.Taken[at];
            if (await TheirsAsync(table, document, document.Alone(row)) is not [var alone] || alone != ours.Rows[at])
            {
                differs = true;
                Explain(
                    new Disagreement(true, null, document.Rows[row].Raw, document.Rows[row].Kind), document,
                    $"we took row {row} as {ours.Rows[at]}");
            }
        }

        if (!differs && !document.HasMixedEnds)
        {
            Fail("each row agrees, the document does not", document);
        }

        tally.HasMixedEnds(!differs && document.HasMixedEnds);
        await ExplainSkippedAsync(table, document, ours);
    }

    private async Task ExplainSkippedAsync(SampleTable table, SampleDocument document, OurRows ours)
    {
        foreach (var row in ours.Skipped)
        {
            // Of a blank line PostgreSQL says that fields are missing; a row of delimiters it loads, unless the table refuses NULL.
            var isTaken = await TheirsAsync(table, document, document.Alone(row)) is not null;
            if (isTaken != (document.Rows[row].Raw.Length == 0))
            {
                Explain(new Disagreement(!isTaken, null, document.Rows[row].Raw, SampleRowKind.Blank), document, $"we skipped row {row}");
            }
        }
    }

    /// <returns>Null when the run failed.</returns>
    private async Task<OurRows?> OursAsync(SampleTable table, SampleDocument document, FeedJob job)
    {
        await using var transaction = await rig.Connection.BeginTransactionAsync(cancellationToken);
        LoadedFeed loaded;
        try
        {
            (loaded, _) = await rig.LoadAsync(job, () => new PiecemealStream(document.Bytes), cancellationToken);
        }
        catch (RunFailedException)
        {
            await transaction.RollbackAsync(cancellationToken);
            await RejectsAsync(job);
            return null;
        }

        var rows = await RowsAsync(table, Ours);
        await transaction.RollbackAsync(cancellationToken);
        var rejects = loaded.RowsRejected == 0 ? [] : await RejectsAsync(job);
        // Of a row with a quote out of place what follows a line break may be a record of its own.
        var refused = rejects.Select(reject => (Row: document.RowAt(reject.Line), reject.Column)).DistinctBy(row => row.Row).ToList();
        var skipped = document.Rows.Index().Where(row => row.Item.Kind == SampleRowKind.Blank).Select(row => row.Index).ToList();
        var taken = Enumerable.Range(0, document.Rows.Count).Except(refused.Select(row => row.Row)).Except(skipped).ToList();
        if (refused.Any(row => row.Row < 0) || taken.Count != rows.Length || loaded.RowsLoaded != rows.Length)
        {
            Fail($"{rows.Length} rows in the table, {loaded.RowsLoaded} told, {taken.Count} expected; "
                + $"rejects at lines {string.Join(", ", rejects.Select(reject => reject.Line))}", document);
            return new OurRows([], [], [], []);
        }

        return new OurRows(rows, taken, refused, skipped);
    }

    /// <returns>Null when PostgreSQL refuses the document.</returns>
    private async Task<string[]?> TheirsAsync(SampleTable table, SampleDocument document, byte[] bytes)
    {
        var feed = document.Feed;
        var encoding = feed.Encoding switch
        {
            { Name: "iso-8859-1" } => "latin1",
            { Name: "windows-1252" } => "win1252",
            _ => "utf8",
        };
        var columns = string.Join(", ", document.Columns.Select(column => TableName.Quote(column.Name)));
        var copy = $"copy {Theirs} ({columns}) from stdin (format csv, header, null '{feed.NullWord()}', delimiter '{feed.Delimiter}', "
            + $"quote '{(feed.Quote == '\'' ? "''" : feed.Quote)}', encoding '{encoding}')";
        await using var transaction = await rig.Connection.BeginTransactionAsync(cancellationToken);
        try
        {
            await using var stream = ((StreamWriter)await rig.Connection.BeginTextImportAsync(copy, cancellationToken)).BaseStream;
            await stream.WriteAsync(bytes, cancellationToken);
        }
        catch (PostgresException refusal) when (refusal.SqlState[..2] is "22" or "23" or "54")
        {
            return null;
        }

        return await RowsAsync(table, Theirs);
    }

    private Task<string[]> RowsAsync(SampleTable table, string name) =>
        rig.QueryAsync<string[]>($"select coalesce(array_agg(row({table.QuotedColumns})::text order by etl_n), '{{}}') from {name}");

    /// <summary>Takes the rows refused so far from the ledger.</summary>
    private async Task<List<(long Line, string? Column)>> RejectsAsync(FeedJob job)
    {
        await using var command = rig.Connection.CreateCommand();
#pragma warning disable CA2100 // A number of our own.
        command.CommandText = "with kept as (delete from etl.reject "
            + $"where run_id = {job.Run.Id} returning line_number, column_name) select line_number, column_name from kept order by 1";
#pragma warning restore CA2100
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var rejects = new List<(long, string?)>();
        while (await reader.ReadAsync(cancellationToken))
        {
            rejects.Add((reader.GetInt64(0), await reader.IsDBNullAsync(1, cancellationToken) ? null : reader.GetString(1)));
        }

        return rejects;
    }

    private void Fail(string what, SampleDocument document) => tally.Fail($"{_origin}\n{document}\n{what}");

    private void Explain(Disagreement row, SampleDocument document, string what)
    {
        if (!tally.IsExplained(row, rig.Connection.PostgreSqlVersion.Major))
        {
            Fail($"{what}; PostgreSQL {(row.WeTook ? "refuses it or reads it otherwise" : "takes it")}: {row}", document);
        }
    }

    private sealed record OurRows(string[] Rows, List<int> Taken, List<(int Row, string? Column)> Refused, List<int> Skipped);
}
