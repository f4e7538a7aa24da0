using System.CommandLine;
using EtlWorker.Domain.Pipelines;

namespace EtlWorker.Commands;

/// <summary>The options of the verbs by which a person changes a pipeline's ledger.</summary>
internal static class LedgerOptions
{
    public static readonly Option<string> Reason = new("--reason")
    {
        Description = "Why, for the ledger and the notice.",
        Required = true,
        HelpName = "TEXT",
        Validators =
        {
            result =>
            {
                if (result.Tokens.All(token => string.IsNullOrWhiteSpace(token.Value)))
                {
                    result.AddError("--reason is empty: say why, for whoever reads the ledger.");
                }
            },
        },
    };

    public static readonly Option<string?> Pipeline = new("--pipeline")
    {
        Description = "The pipeline that is meant; refused where this configuration is another one's.",
        HelpName = "NAME",
    };

    /// <summary>
    /// A command that was mailed for one pipeline must not change another's ledger because it is run under that one's configuration.
    /// </summary>
    /// <returns>Whether the pipeline named, if one is, is the configured one; where it is not, that has been said.</returns>
    public static async Task<bool> IsMeantAsync(ParseResult arguments, PipelineDefinition configured)
    {
        if (arguments.GetValue(Pipeline) is not { } named || named == configured.Name)
        {
            return true;
        }

        await arguments.InvocationConfiguration.Error.WriteLineAsync(
            $"This configuration is that of pipeline {configured.Name}, not of {named}: nothing was changed. "
            + $"Run the command on {named}'s machine, or with its configuration (PIPELINE__DEFINITION).");
        return false;
    }
}
