using System.CommandLine;
using EtlWorker.Hosting;
using EtlWorker.Storage;

namespace EtlWorker.Commands;

/// <summary><c>etlworker migrate</c>: brings an empty or older database up to date.</summary>
internal static class MigrateCommand
{
    public static Command Create()
    {
        var command = new Command(
            "migrate", "Bring the database up to date: ledger, staging, dimensions and analytics. Safe to run twice.");
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var output = arguments.InvocationConfiguration.Output;
        await using var database = new Database(WorkerSettings.ReadDatabase(WorkerSettings.Configuration()));
        var applied = await new SchemaMigration(database).ApplyAsync(cancellationToken);
        await output.WriteLineAsync(applied.Count == 0
            ? $"{database.Target} is up to date ({SchemaMigration.Newest})."
            : $"{database.Target}: applied {string.Join(", ", applied)}.");
        return ExitCode.Done;
    }
}
