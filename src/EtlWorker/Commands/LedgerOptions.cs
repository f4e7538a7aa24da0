using System.CommandLine;

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
        Description = "The pipeline that is meant; refused where this configuration has no such one.",
        HelpName = "NAME",
    };
}
