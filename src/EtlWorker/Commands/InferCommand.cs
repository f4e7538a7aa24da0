using System.CommandLine;
using EtlWorker.Domain.Text;
using EtlWorker.Infer;

namespace EtlWorker.Commands;

/// <summary><c>etlworker infer FILE...</c>: proposes a definition and tables for files of strangers.</summary>
internal static class InferCommand
{
    private static readonly Argument<string[]> Files = new("FILE")
    {
        Description = "CSV files, plain or packed by gzip. Files with the same columns become one feed.",
        Arity = ArgumentArity.OneOrMore,
    };

    private static readonly Option<string?> Name = new("--name")
    {
        Description = "The pipeline's name; default: that of the only feed.",
        HelpName = "NAME",
        Validators =
        {
            result =>
            {
                if (result.Tokens is [var name] && !IsName(name.Value))
                {
                    result.AddError($"--name '{name.Value}': use 1 to 40 ASCII letters, digits, - and _.");
                }
            },
        },
    };

    private static readonly Option<string?> Out = new("--out")
    {
        Description = "Where pipeline.json, tables.sql and README.md are written; default: a directory of the pipeline's name.",
        HelpName = "DIR",
    };

    public static Command Create()
    {
        var command = new Verb(
            "infer",
            "Propose a definition and tables for CSV files, and say what cannot be known from them. Needs no database and no AWS.",
            "etlworker infer statements/*.csv --name bank")
        {
            Files, Name, Out,
        };
        command.SetAction(RunAsync);
        return command;
    }

    /// <summary>As the definition's schema has it.</summary>
    private static bool IsName(string text) =>
        text.Length is > 0 and <= 40 && text.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_');

    private static async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var (output, error) = (arguments.InvocationConfiguration.Output, arguments.InvocationConfiguration.Error);
        try
        {
            if (arguments.GetValue(Out) is { } named)
            {
                Proposal.RequireFree(named);
            }

            var pipeline = await Inference.InferAsync(arguments.GetValue(Files)!, arguments.GetValue(Name), cancellationToken);
            var directory = arguments.GetValue(Out) ?? pipeline.Name;
            Proposal.RequireFree(directory);
            var faults = await Proposal.WriteAsync(pipeline, directory, cancellationToken);
            await SummariseAsync(output, pipeline, directory, faults.Count);
            return ExitCode.Done;
        }
        catch (CannotInferException fault)
        {
            await error.WriteLineAsync(Escaped.Line(fault.Message));
            return fault.IsMissing ? ExitCode.NothingFound : ExitCode.Failed;
        }
    }

    private static async Task SummariseAsync(TextWriter output, PipelineProposal pipeline, string directory, int faults)
    {
        foreach (var feed in pipeline.Feeds)
        {
            await output.WriteLineAsync(Escaped.Line(
                $"Feed {feed.Feed.Name}: {Counted.Of(feed.Files.Count, "file")}, {Counted.Of(feed.Profile.Rows, "row")}, "
                + $"{Counted.Of(feed.Columns.Count, "column")}, {feed.Columns.Count(column => column.Guess.IsText):N0} of them text; "
                + $"{Counted.Of(feed.Trial.Rejected, "row")} would be rejected."));
        }

        var decide = pipeline.DoubtCount + faults;
        await output.WriteLineAsync($"Written: {Path.Combine(directory, Proposal.Definition)}, {Proposal.Tables}, {Proposal.Readme}");
        await output.WriteLineAsync(decide == 0
            ? "Nothing in the files was ambiguous."
            : $"{Counted.Of(decide, "question")} cannot be answered from the files: README.md lists them under \"To decide\".");
        await output.WriteLineAsync($"""
            Next:
              1. edit {Path.Combine(directory, Proposal.Definition)} and {Proposal.Tables}
              2. etlworker migrate {directory}
              3. etlworker validate {Path.Combine(directory, Proposal.Definition)} --database
              4. etlworker plan {Path.Combine(directory, Proposal.Definition)} --files DIR
            """);
    }
}
