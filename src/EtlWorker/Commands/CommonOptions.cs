using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using EtlWorker.Definitions;
using EtlWorker.Plan;

namespace EtlWorker.Commands;

/// <summary>What <c>plan</c> and <c>run</c> are asked alike: which definition, which files, which date.</summary>
internal static class CommonOptions
{
    public static readonly Argument<string> DefinitionPath = new("PATH")
    {
        Description = "The definition, or the folder that has it as pipeline.json.",
    };

    public static readonly Option<string?> Files = new("--files")
    {
        Description = "Load the files below this folder. A file is matched by its path below it, or where no path fits by its name. "
            + "Without it: the current objects of the source (PIPELINE__BUCKET or PIPELINE__SOURCE).",
        HelpName = "DIR",
    };

    public static readonly Option<DateOnly?> RunDate = Date(
        "--date", "The run date, yyyy-MM-dd. Without it: today in the pipeline's time zone.");

    public static Option<DateOnly?> Date(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "DATE",
        CustomParser = result => ParseDate(result),
    };

    /// <summary>A date as a person writes it to a command; another text is an error of the argument.</summary>
    public static DateOnly ParseDate(ArgumentResult result)
    {
        if (!DateOnly.TryParseExact(
            result.Tokens[0].Value, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date))
        {
            result.AddError($"'{result.Tokens[0].Value}' is not a date as yyyy-MM-dd.");
        }

        return date;
    }

    /// <returns>The definition's document; null where none is there, which has been said.</returns>
    public static async Task<string?> DefinitionAsync(ParseResult arguments)
    {
        var path = arguments.GetValue(DefinitionPath)!;
        var file = Directory.Exists(path) ? Path.Combine(path, DefinitionFile.DefaultName) : path;
        if (File.Exists(file))
        {
            return file;
        }

        await arguments.InvocationConfiguration.Error.WriteLineAsync(
            $"{path}: no definition is there. Name the file, or the folder that has a pipeline.json.");
        return null;
    }

    /// <returns>False where the folder of --files is not there, which has been said.</returns>
    public static async Task<bool> IsFolderThereAsync(ParseResult arguments)
    {
        if (arguments.GetValue(Files) is not { } folder || Directory.Exists(folder))
        {
            return true;
        }

        await arguments.InvocationConfiguration.Error.WriteLineAsync(
            $"{folder}: {(File.Exists(folder) ? "a file" : "no such folder")}. --files names the folder that has the files.");
        return false;
    }

    /// <summary>Why there is nothing to load.</summary>
    public static string NothingFound(Pipeline pipeline, string where, DateOnly date, PlannedSet set)
    {
        var takes = string.Join(", ", pipeline.Definition.Pipeline.Feeds.Select(feed => $"{feed.Name} takes {feed.Object}"));
        var others = string.Concat(set.NotTaken.Take(20).Select(other => $"{Environment.NewLine}- {other.File}: {other.Reason}"));
        return $"{where} has no file that a run of {pipeline.Name} for {date:yyyy-MM-dd} would load ({takes}).{others}";
    }
}
