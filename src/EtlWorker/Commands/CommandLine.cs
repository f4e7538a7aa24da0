using System.CommandLine;
using EtlWorker.Definitions;
using EtlWorker.Domain.Runs;
using EtlWorker.Domain.Text;
using EtlWorker.Hosting;
using EtlWorker.Storage;
using Serilog.Events;

namespace EtlWorker.Commands;

/// <summary>The command line: which verbs there are, and which exit code an end gives.</summary>
internal static class CommandLine
{
    public static RootCommand Root()
    {
        var root = new RootCommand("Loads a day's set of CSV drops into PostgreSQL, analyses them, exports the results and sends a notice. "
            + "Without a verb it runs the service.")
        {
            MigrateCommand.Create(),
            ValidateCommand.Create(),
            RetryCommand.Create(),
            DiscardCommand.Create(),
            PlanCommand.Create(),
            RunCommand.Create(),
            InferCommand.Create(),
            DeployCommand.Create(),
        };
        HelpWithExample.Use(root);
        root.SetAction((_, cancellationToken) => ServiceCommand.RunAsync(cancellationToken));
        return root;
    }

    public static async Task<int> RunAsync(IReadOnlyList<string> arguments)
    {
        var parsed = Root().Parse(arguments);
        try
        {
            // The host waits for the service itself; System.CommandLine would cut its stop short.
            var ended = await parsed.InvokeAsync(
                new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
            // A verb's help is asked for without what the verb needs.
            return parsed.Errors.Count > 0 && parsed.Action is not HelpWithExample ? ExitCode.WrongUsage : ended;
        }
        catch (Exception fault) when (fault is InvalidConfigurationException or InvalidDefinitionException)
        {
            await WriteErrorAsync(fault.Message);
            return ExitCode.BadConfiguration;
        }
        catch (Exception fault) when (KnownFault(fault) is { } known)
        {
            await WriteErrorAsync(known);
            return ExitCode.Failed;
        }
    }

    /// <returns>What to say of a fault that is none of the program; null for another one.</returns>
    private static string? KnownFault(Exception fault) => fault switch
    {
        DatabaseUnreachableException { Fault: var away } => $"The database is out of reach: {away.Advice}"
            + (away.Remedy.Length == 0 ? ". See that it is up and can be reached from this machine, then run the command again." : ""),
        FaultException { Fault: var known } => known.Advice,
        HttpRequestException => $"AWS cannot be reached: {fault.Message}. Check the network, the bucket's name and its region.",
        Amazon.Runtime.AmazonClientException => $"AWS cannot be used: {fault.Message} Check AWS_REGION and the instance's role.",
        _ when ServerError.Of(fault) is { } refusal => $"PostgreSQL refused: {refusal.Description}",
        _ when PostgresFault.Of(fault) is not null => $"The database is out of reach: {fault.Message} See DATABASE__CONNECTIONSTRING.",
        _ => null,
    };

    /// <summary>An operator looks for these in the journal first.</summary>
    public static async Task WriteErrorAsync(string message)
    {
        var priority = Journal.Takes(Journal.StandardError) ? Journal.Prefix(LogEventLevel.Error) : "";
        foreach (var line in message.Split(Environment.NewLine))
        {
            await Console.Error.WriteLineAsync(priority + Escaped.Line(line));
        }
    }
}
