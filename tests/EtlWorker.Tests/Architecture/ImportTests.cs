using ArchUnitNET.Loader;
using EtlWorker.Domain.Pipelines;
using EtlWorker.Hosting;
using EtlWorker.Schema;
using Xunit;

namespace EtlWorker.Tests.Architecture;

/// <summary>Who may import whom: design, section 4. Dependencies are read from the compiled code, bodies of methods included.</summary>
public sealed class ImportTests
{
    private static readonly string[] Steps = ["Intake", "Gate", "Extract", "Load", "Check", "Analyse", "Export", "Notify"];

    // For each folder the folders of ours that it may see; Hosting, Commands and Program see everything.
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Domain"] = [],
        ["Storage"] = ["Domain"],
        ["Faults"] = ["Domain", "Storage"],
        ["Objects"] = ["Domain", "Faults"],
        ["Ledger"] = ["Domain", "Faults", "Storage", "Definitions"],
        ["Liveness"] = ["Domain", "Ledger"],
        ["Notices"] = ["Domain", "Ledger"],
        // A definition checks its table names by Storage's rule.
        ["Definitions"] = ["Domain", "Storage"],
        // What a file would load as is found out by the loader's own readers and codecs.
        ["Infer"] = ["Domain", "Storage", "Objects", "Definitions", "Load"],
        // What a listing finds is matched as what a message tells.
        ["Recovery"] = ["Domain", "Faults", "Storage", "Objects", "Ledger", "Liveness", "Notices", "Definitions", "Intake"],
        // Decides which pipelines are served, records it, and sends the notices of those that are not.
        ["Serving"] =
            ["Domain", "Faults", "Storage", "Objects", "Ledger", "Liveness", "Notices", "Definitions", "Migrate", "Validate", "Notify"],
        // Changes the tables, and asks the ledger what was changed.
        ["Migrate"] = ["Domain", "Storage", "Ledger", "Definitions"],
        // Asks the catalogue what the steps would ask it.
        ["Validate"] = ["Domain", "Faults", "Storage", "Definitions", "Load", "Migrate"],
        // What a run does, by the code of a run.
        ["Plan"] =
            ["Domain", "Faults", "Storage", "Objects", "Ledger", "Liveness", "Notices", "Definitions", "Migrate", "Running", .. Steps],
        // A run of a command: the files as a plan chooses them, the steps as the service takes them.
        ["Manual"] =
            [
                "Domain", "Faults", "Storage", "Objects", "Ledger", "Definitions", "Notices", "Migrate", "Plan", "Running", "Recovery",
                "Gate", "Notify",
            ],
        ["Running"] =
            ["Domain", "Faults", "Storage", "Objects", "Ledger", "Liveness", "Notices", "Definitions", "Migrate", "Validate", .. Steps],
    };

    /// <summary>What every step may see.</summary>
    private static readonly string[] Behind =
        ["Domain", "Faults", "Storage", "Objects", "Ledger", "Liveness", "Notices", "Definitions"];

    private static readonly string[] OpenFolders = ["Hosting", "Commands", ""];

    private static readonly (string From, string To, string Edge)[] Edges =
        [.. new ArchLoader().LoadAssemblies(typeof(WorkerSettings).Assembly, typeof(PipelineDefinition).Assembly).Build().Types
            .Where(type => IsOurs(type.FullName))
            .SelectMany(type => type.Dependencies.Select(
                dependency => (type.FullName, dependency.Target.FullName, $"{type.FullName} -> {dependency.Target.FullName}")))
            .Distinct()];

    [Fact]
    public void Dependencies_inside_methods_are_seen()
    {
        // If this fails, the tests below would pass whatever the code does.
        Assert.Contains(Edges, edge => edge is ("EtlWorker.Running.PipelineRunner", "EtlWorker.Gate.IRunGate", _));
        Assert.Contains(
            Edges, edge => edge.From == "EtlWorker.Hosting.WorkerHost" && edge.To.StartsWith("Amazon.S3.", StringComparison.Ordinal));
        Assert.All(Steps.Concat(Allowed.Keys), folder => Assert.Contains(Edges, edge => FolderOf(edge.From) == folder));
    }

    [Fact]
    public void Every_folder_imports_only_what_is_behind_it_in_the_flow() => AssertNone(edge =>
        IsOurs(edge.To) && FolderOf(edge.From) is var from && FolderOf(edge.To) is var to && from != to && !OpenFolders.Contains(from)
        && !Allowed.GetValueOrDefault(from, Behind).Contains(to));

    [Fact]
    public void Every_folder_is_one_that_the_design_names() =>
        Assert.Empty(Edges.Select(edge => FolderOf(edge.From)).Distinct().Except([.. Steps, .. Allowed.Keys, .. OpenFolders]));

    [Fact]
    public void The_domain_depends_on_the_base_library_alone() =>
        Assert.All(
            typeof(PipelineDefinition).Assembly.GetReferencedAssemblies(),
            reference => Assert.StartsWith("System.", reference.Name, StringComparison.Ordinal));

    [Theory]
    [InlineData("Amazon.SQS", "Intake")]
    [InlineData("Amazon.S3", "Objects")]
    [InlineData("Amazon.SimpleNotificationService", "Notify")]
    [InlineData("CsvHelper", "Load")]
    [InlineData("Microsoft.Extensions.Configuration", "Hosting")]
    [InlineData("System.CommandLine", "Commands")]
    [InlineData("Serilog", "Hosting")]
    public void A_library_is_known_to_one_folder_and_to_the_graph(string library, string folder) => AssertNone(edge =>
        (edge.To == library || edge.To.StartsWith(library + ".", StringComparison.Ordinal)) && FolderOf(edge.From) != folder
            && !OpenFolders.Contains(FolderOf(edge.From)));

    [Fact]
    public void Amazon_is_known_only_where_a_call_to_it_is_made() => AssertNone(edge =>
        (edge.To.StartsWith("Amazon.", StringComparison.Ordinal) || edge.To.StartsWith("Polly.", StringComparison.Ordinal))
        && FolderOf(edge.From) is not ("Faults" or "Objects" or "Intake" or "Notify" or "Storage")
        && !OpenFolders.Contains(FolderOf(edge.From)));

    [Fact]
    public void No_folder_but_Storage_knows_an_exception_of_Npgsql() => AssertNone(edge =>
        edge.To is "Npgsql.NpgsqlException" or "Npgsql.PostgresException" && FolderOf(edge.From) is not "Storage");

    [Fact]
    public void Only_triggers_and_the_reader_of_definitions_know_the_kinds_of_triggers() => AssertNone(edge =>
        edge.To == typeof(TriggerKind).FullName && FolderOf(edge.From) is not ("Domain" or "Definitions"));

    [Fact]
    public void The_worker_knows_nothing_of_the_model_and_its_migrations() =>
        Assert.DoesNotContain(typeof(WorkerSettings).Assembly.GetReferencedAssemblies(), reference =>
            reference.Name!.Contains("EntityFrameworkCore", StringComparison.Ordinal)
            || reference.Name == typeof(EtlDbContext).Assembly.GetName().Name);

    /// <summary>An assembly lists only the references that its code uses; the lock file has every package that is restored.</summary>
    [Fact]
    public void No_package_of_EF_Core_is_restored_for_the_worker() => Assert.DoesNotContain(
        "EntityFrameworkCore",
        File.ReadAllText(Path.Combine(Repository.Root, "src", "EtlWorker", "packages.lock.json")),
        StringComparison.Ordinal);

    [Theory]
    [InlineData("Extract")]
    [InlineData("Export")]
    [InlineData("Gate")]
    [InlineData("Recovery")]
    [InlineData("Running")]
    public void What_is_above_the_source_knows_no_address_of_S3(string folder) => Assert.All(
        Directory.EnumerateFiles(Path.Combine(Repository.Root, "src", "EtlWorker", folder), "*.cs"),
        file => Assert.DoesNotContain("s3://", File.ReadAllText(file), StringComparison.Ordinal));

    private static void AssertNone(Func<(string From, string To, string Edge), bool> forbidden) =>
        Assert.Empty(Edges.Where(forbidden).Select(edge => edge.Edge));

    private static bool IsOurs(string name) => name.StartsWith("EtlWorker.", StringComparison.Ordinal);

    private static string FolderOf(string name) => name.Split('.', '+') is ["EtlWorker", var folder, _, ..] ? folder : "";
}
