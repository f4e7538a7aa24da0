using System.Diagnostics.CodeAnalysis;
using EtlWorker.Domain.Runs;
using EtlWorker.IntegrationTests.Rigging;
using Npgsql;
using Xunit;

namespace EtlWorker.IntegrationTests.Load;

/// <summary>
/// Small files that people really send, as data: <c>file-cases.json</c>, and those that are handed out beside the checkout.
/// </summary>
public sealed class FileCasesTests(PostgresServer postgres)
{
    private static readonly string HandedOutFile = Path.Combine(Repository.Root, "..", "shared", "cases", "files.json");

    private static readonly IReadOnlyList<FileCase> Ours = FileCase.Read(Path.Combine(AppContext.BaseDirectory, "Load", "file-cases.json"));

    public static TheoryData<string> Names => [.. Ours.Select(one => one.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public Task A_file_is_loaded_as_its_case_says(string name) => AssertAsync(Ours.Single(one => one.Name == name));

    [Fact]
    public async Task The_files_handed_out_are_loaded_as_they_say()
    {
        Assert.SkipUnless(File.Exists(HandedOutFile), "the cases handed out (../shared/cases) are not beside this checkout");
        var wrong = new List<string>();
        foreach (var one in FileCase.Read(HandedOutFile))
        {
            try
            {
                await AssertAsync(one);
            }
            catch (Exception fault) when (fault is not OperationCanceledException)
            {
                wrong.Add($"{one.Name}: {fault.Message}");
            }
        }

        Assert.Empty(wrong);
    }

    [SuppressMessage("Security", "CA2100", Justification = "The statements are the cases'.")]
    private async Task AssertAsync(FileCase one)
    {
        var stop = TestContext.Current.CancellationToken;
        var connectionString = await postgres.CreateMigratedDatabaseAsync(stop);
        await using (var connection = await PostgresServer.OpenAsync(connectionString, stop))
        {
            foreach (var statement in one.Setup.Concat(one.Tables))
            {
                await using var command = new NpgsqlCommand(statement.Replace("{db}", $"\"{connection.Database}\"",
                    StringComparison.Ordinal), connection);
                await command.ExecuteNonQueryAsync(stop);
            }
        }

        await using var rig = await LoadRig.CreateAsync(connectionString);
        if (one.Failure is { } word)
        {
            var failed = await Assert.ThrowsAsync<RunFailedException>(() => rig.LoadAsync(one.File, one.Feed()));
            Assert.Contains(word, failed.Message, StringComparison.OrdinalIgnoreCase);
            return;
        }

        var loaded = await rig.LoadAsync(one.File, one.Feed());

        Assert.Equal(one.Rows, await RowsAsync(rig, one.Select));
        Assert.Equal(one.Rejects, loaded.Rejects.Select(reject => reject.Split(' ') is [var line, .., var code] ? $"{line} {code}"
            : reject));
        if (one.HasAllRows)
        {
            Assert.Equal(one.Rows.Count(), loaded.Result.RowsLoaded);
        }
    }

    [SuppressMessage("Security", "CA2100", Justification = "The statements are the cases'.")]
    private static async Task<IReadOnlyList<string>> RowsAsync(LoadRig rig, string select)
    {
        await using var command = new NpgsqlCommand($"set search_path to default; select {select} from public.feed order by 1",
            rig.Connection)
        {
            AllResultTypesAreUnknown = true,
        };
        await using var reader = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        var rows = new List<string>();
        while (await reader.ReadAsync(TestContext.Current.CancellationToken))
        {
            rows.Add(string.Join('|', Enumerable.Range(0, reader.FieldCount).Select(field => reader.IsDBNull(field) ? ""
                : reader.GetString(field))));
        }

        return rows;
    }
}
