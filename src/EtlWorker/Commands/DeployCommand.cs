using System.CommandLine;
using EtlWorker.Definitions;
using EtlWorker.Domain.Runs;
using EtlWorker.Domain.Text;
using EtlWorker.Hosting;
using EtlWorker.Notices;
using EtlWorker.Objects;

namespace EtlWorker.Commands;

/// <summary><c>etlworker deploy DIR TARGET</c>: puts a pipeline where workers take it from.</summary>
internal static class DeployCommand
{
    private static readonly Argument<string> Folder = new("DIR")
    {
        Description = $"The pipeline's folder, with its {DefinitionFile.DefaultName}; its name is the folder's name below TARGET.",
        Validators =
        {
            result =>
            {
                if (result.Tokens is [var path] && !File.Exists(FileIn(path.Value)))
                {
                    result.AddError($"{path.Value} is no folder with a {DefinitionFile.DefaultName}.");
                }
            },
        },
    };

    private static readonly Argument<string> Target = new("TARGET")
    {
        Description = "Where workers look: the PIPELINE__DEFINITION of theirs, s3://bucket/prefix/ or a folder.",
        Validators =
        {
            result =>
            {
                if (result.Tokens is [var target] && TargetFault(target.Value) is { } fault)
                {
                    result.AddError(fault);
                }
            },
        },
    };

    public static Command Create()
    {
        var command = new Verb(
            "deploy",
            $"Put a pipeline's definition and SQL where workers take them from. Its {DeploymentLock.FileName} is written last: "
                + "a worker goes on by the former version until then. Nothing is written where the definition has a fault.",
            "etlworker deploy pipelines/retail s3://my-company-etl/pipelines/")
        {
            Folder, Target,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var (output, error) = (arguments.InvocationConfiguration.Output, arguments.InvocationConfiguration.Error);
        var file = FileIn(arguments.GetValue(Folder)!);
        var folder = Path.GetDirectoryName(file)!;
        var files = new SortedDictionary<string, byte[]>(StringComparer.Ordinal);
        LoadedDefinition definition;
        try
        {
            definition = DefinitionFile.Read(file, name =>
            {
                var content = DefinitionFile.BytesOf($"{folder}/{name}");
                if (content is not null)
                {
                    files[name] = content;
                }

                return content;
            });
        }
        catch (InvalidDefinitionException invalid)
        {
            foreach (var fault in invalid.Faults)
            {
                await error.WriteLineAsync(fault);
            }

            await error.WriteLineAsync($"{Counted.Of(invalid.Faults.Count, "fault")}. Nothing was deployed.");
            return ExitCode.Failed;
        }

        var target = arguments.GetValue(Target)!;
        using var s3 = target.StartsWith(S3Tree.Scheme, StringComparison.Ordinal) ? S3Clients.Create() : null;
        var tree = DefinitionStores.TreeOf(target, () => s3!);
        if (await IsOfOneAsync(tree, cancellationToken))
        {
            await error.WriteLineAsync(
                $"{tree.Location} has a pipeline of its own ({DeploymentLock.FileName}): name the folder above it, "
                    + $"in which {Path.GetFileName(folder)}/ is to stand. Nothing was deployed.");
            return ExitCode.Failed;
        }

        var below = $"{Path.GetFileName(folder)}/";
        var deployed = DeploymentLock.Of(definition, files);
        foreach (var (name, content) in files.Append(KeyValuePair.Create(DeploymentLock.FileName, deployed.ToBytes())))
        {
            try
            {
                await tree.WriteAsync(below + name, content, cancellationToken);
            }
            catch (FaultException refused)
            {
                await error.WriteLineAsync(
                    $"{tree.Location}{below}{name} could not be written: {refused.Fault.Cause.TrimEnd('.')}. "
                    + "Workers go on by the version that they have. Run the command again when it can be written.");
                return ExitCode.Failed;
            }

            await output.WriteLineAsync($"{tree.Location}{below}{name}");
        }

        await output.WriteLineAsync(
            $"Pipeline {definition.Pipeline.Name} is deployed: definition {DefinitionNotices.Short(definition.Hash)}. "
            + "Workers take it at their next look (PIPELINE__REFRESH); their log, or etl.pipeline, shows it.");
        return ExitCode.Done;
    }

    /// <summary>Below a pipeline's own folder no worker looks for another one.</summary>
    private static async Task<bool> IsOfOneAsync(IFileTree tree, CancellationToken cancellationToken)
    {
        try
        {
            return await tree.ReadAsync(DeploymentLock.FileName, DefinitionFile.MostBytes, cancellationToken) is not null;
        }
        catch (FaultException)
        {
            // Who may write there need not be allowed to read there.
            return false;
        }
    }

    private static string FileIn(string path) => Path.GetFullPath(
        Path.GetFileName(path) == DefinitionFile.DefaultName ? path : Path.Combine(path, DefinitionFile.DefaultName));

    private static string? TargetFault(string target)
    {
        if (!target.StartsWith(S3Tree.Scheme, StringComparison.Ordinal))
        {
            return Directory.Exists(target) ? null : $"{target} is no folder; make it, or name {S3Tree.Scheme}bucket/prefix/.";
        }

        try
        {
            S3Tree.Parse(target);
            return null;
        }
        catch (FormatException fault)
        {
            return $"{target} {fault.Message}.";
        }
    }
}
