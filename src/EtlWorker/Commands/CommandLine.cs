using System.CommandLine;
using EtlWorker.Definitions;
using EtlWorker.Domain.Runs;
using EtlWorker.Hosting;
using EtlWorker.Storage;
using Npgsql;

namespace EtlWorker.Commands;

/// <summary>The command line: which verbs there are, and which exit code an end gives.</summary>
internal static class CommandLine
{
    public static RootCommand Root()
    {
        var root = new RootCommand("Loads a day's set of CSV drops into PostgreSQL, analyses them, exports the answers and tells. Without a verb it runs the service.")
        {
            MigrateCommand.Create(),
            RetryCommand.Create(),
        };
        root.SetAction((_, cancellationToken) => ServiceCommand.RunAsync(cancellationToken));
        return root;
    }

    public static async Task<int> RunAsync(IReadOnlyList<string> arguments)
    {
        var parsed = Root().Parse(arguments);
        try
        {
            // The host waits for the service itself; System.CommandLine would cut its stop short.
            var ended = await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
            return parsed.Errors.Count > 0 ? ExitCode.WrongUsage : ended;
        }
        catch (Exception fault) when (fault is InvalidConfigurationException or InvalidDefinitionException)
        {
            await Console.Error.WriteLineAsync(fault.Message);
            return ExitCode.BadConfiguration;
        }
        catch (RunFailedException fault)
        {
            await Console.Error.WriteLineAsync($"{fault.Message}. {fault.Remedy}");
            return ExitCode.Failed;
        }
        catch (PostgresException fault)
        {
            await Console.Error.WriteLineAsync($"PostgreSQL refused: {PostgresFault.Describe(fault)}");
            return ExitCode.Failed;
        }
        catch (NpgsqlException fault)
        {
            await Console.Error.WriteLineAsync($"The database is out of reach: {fault.Message} See DATABASE__CONNECTIONSTRING.");
            return ExitCode.Failed;
        }
        catch (Amazon.Runtime.AmazonClientException fault)
        {
            await Console.Error.WriteLineAsync($"AWS cannot be used: {fault.Message} Check AWS_REGION and the instance's role.");
            return ExitCode.Failed;
        }
    }
}
