using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using EtlWorker.Definitions;
using EtlWorker.Domain.Pipelines;
using EtlWorker.Infer;
using EtlWorker.IntegrationTests.Rigging;
using Npgsql;
using Xunit;

namespace EtlWorker.IntegrationTests.Infer;

/// <summary>A proposal for some files, as it was written, and what the loader makes of it in PostgreSQL.</summary>
internal sealed class InferredFeed : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("etlworker-infer-").FullName;
    private readonly List<string> _paths = [];

    private InferredFeed()
    {
    }

    public PipelineDefinition Pipeline { get; private set; } = null!;

    public string Definition { get; private set; } = "";

    public string Tables { get; private set; } = "";

    public string Readme { get; private set; } = "";

    public FeedDefinition Feed => Assert.Single(Pipeline.Feeds);

    public static async Task<InferredFeed> OfAsync(params (string Name, byte[] Content)[] files)
    {
        var inferred = new InferredFeed();
        foreach (var (name, content) in files)
        {
            inferred._paths.Add(Path.Combine(inferred._directory, name));
            await File.WriteAllBytesAsync(inferred._paths[^1], content, TestContext.Current.CancellationToken);
        }

        var proposal = await Inference.InferAsync(inferred._paths, null, TestContext.Current.CancellationToken);
        var written = Path.Combine(inferred._directory, "proposal");
        Assert.Empty(await Proposal.WriteAsync(proposal, written, TestContext.Current.CancellationToken));
        inferred.Definition = await File.ReadAllTextAsync(Path.Combine(written, Proposal.Definition),
            TestContext.Current.CancellationToken);
        inferred.Tables = await File.ReadAllTextAsync(Path.Combine(written, Proposal.Tables), TestContext.Current.CancellationToken);
        inferred.Readme = await File.ReadAllTextAsync(Path.Combine(written, Proposal.Readme), TestContext.Current.CancellationToken);
        inferred.Pipeline = JsonSerializer.Deserialize(inferred.Definition, DefinitionJson.Default.PipelineDefinition)!;
        return inferred;
    }

    /// <summary>The type of each column, as <c>tables.sql</c> has it, without its nullability.</summary>
    public string Types() => string.Join(' ', Tables.Split('\n')
        .SkipWhile(line => !line.StartsWith("create table", StringComparison.Ordinal)).Skip(1).TakeWhile(line => line != ");")
        .Select(line => line.Trim()).Where(line => !line.StartsWith("--", StringComparison.Ordinal))
        .Select(line => line.TrimEnd(',').Replace(" not null", "", StringComparison.Ordinal)).Select(line => line[(line.IndexOf(' ') + 1)..]
            .Replace(' ', '_')));

    /// <summary>Makes the tables, loads the first feed's files and reads its rows, each with a bar between its fields.</summary>
    /// <param name="postgres">The server.</param>
    [SuppressMessage("Security", "CA2100", Justification = "The statements are the proposal's.")]
    public async Task<(IReadOnlyList<string> Rows, Loaded Loaded)> LoadAsync(PostgresServer postgres)
    {
        var stop = TestContext.Current.CancellationToken;
        await using var rig = await LoadRig.CreateAsync(postgres);
        await using (var tables = new NpgsqlCommand(Tables, rig.Connection))
        {
            await tables.ExecuteNonQueryAsync(stop);
        }

        Loaded? loaded = null;
        foreach (var path in _paths)
        {
            // Each file is a version of its own; the rows of several are loaded together.
            var feed = Pipeline.Feeds[0] with
            {
                Mode = loaded is null ? LoadMode.Replace : LoadMode.Append,
                Object = Path.GetFileName(path),
                Parts = null,
                Count = null,
            };
            loaded = await rig.LoadAsync(await File.ReadAllBytesAsync(path, stop), feed, feed.Rejects ?? Pipeline.Rejects);
        }

        await using var command = new NpgsqlCommand(
            $"set search_path to default; select * from {Pipeline.Feeds[0].Table}", rig.Connection)
        {
            AllResultTypesAreUnknown = true,
        };
        await using var reader = await command.ExecuteReaderAsync(stop);
        var rows = new List<string>();
        while (await reader.ReadAsync(stop))
        {
            rows.Add(string.Join('|', Enumerable.Range(0, reader.FieldCount).Select(column =>
                reader.IsDBNull(column) ? "NULL" : reader.GetString(column))));
        }

        return (rows, loaded!);
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);
}
