using System.CommandLine;
using EtlWorker.Definitions;
using EtlWorker.Hosting;
using EtlWorker.Ledger;
using EtlWorker.Ledger.Pipelines;
using EtlWorker.Serving;

namespace EtlWorker.Commands;

/// <summary>The pipeline on whose ledger a person's command works.</summary>
internal static class MeantPipeline
{
    /// <summary>
    /// The configured one; of several that which --pipeline names. Its definition is the configured file's; of a folder, or where the
    /// file cannot be used, the last good one that the ledger has, by which workers go on as well. A command that was mailed for one
    /// pipeline must not change another's ledger because it is run under that one's configuration.
    /// </summary>
    /// <returns>Null where none is meant, or it is not clear which; that has been said.</returns>
    /// <exception cref="InvalidDefinitionException">The configured file cannot be used, and the ledger has no earlier one.</exception>
    public static async Task<LoadedDefinition?> FindAsync(
        ParseResult arguments, DefinitionOptions options, ILedger ledger, CancellationToken cancellationToken)
    {
        var error = arguments.InvocationConfiguration.Error;
        var meant = arguments.GetValue(LedgerOptions.Pipeline);
        var configured = await ConfiguredAsync(options, ledger, error, cancellationToken);
        var found = configured.Where(one => meant is null || one.Pipeline.Name == meant).ToList();
        if (found is [var only])
        {
            return only;
        }

        var names = string.Join(", ", configured.Select(one => one.Pipeline.Name).Order(StringComparer.Ordinal));
        await error.WriteLineAsync((configured, meant) switch
        {
            ([], _) => $"No worker has served a pipeline of {options.Location} yet: nothing was changed. "
                + "Start one (systemctl start etlworker), and see its log.",
            ([var one], { } other) => $"This configuration is that of pipeline {one.Pipeline.Name}, not of {other}: nothing was changed. "
                + $"Run the command on {other}'s machine, or with its configuration (PIPELINE__DEFINITION).",
            (_, { } other) => $"This configuration has no pipeline {other}: nothing was changed. It has {names}.",
            _ => $"This configuration has several pipelines: nothing was changed. Say which one is meant: --pipeline NAME ({names}).",
        });
        return null;
    }

    private static async Task<IReadOnlyList<LoadedDefinition>> ConfiguredAsync(
        DefinitionOptions options, ILedger ledger, TextWriter error, CancellationToken cancellationToken)
    {
        if (DefinitionStores.FileOf(options.Location) is not { } file)
        {
            return await KnownAsync(options, ledger, cancellationToken);
        }

        try
        {
            return [DefinitionFile.Read(file)];
        }
        catch (InvalidDefinitionException invalid)
        {
            if (await KnownAsync(options, ledger, cancellationToken) is not { Count: > 0 } known)
            {
                throw;
            }

            await error.WriteLineAsync(
                $"The definition {file} cannot be used ({invalid.Faults[0]}): the last good one in the ledger is.");
            return known;
        }
    }

    private static async Task<IReadOnlyList<LoadedDefinition>> KnownAsync(
        DefinitionOptions options, ILedger ledger, CancellationToken cancellationToken)
    {
        // Which sources are its own a store knows without asking S3.
        var store = DefinitionStores.Open(options.Location, () => null!);
        var known = await new PipelineLedger(ledger).KnownAsync(cancellationToken);
        return [.. known.Where(one => store.Has(one.Source) && !one.IsRemoved).Select(Parsed).OfType<LoadedDefinition>()];
    }

    private static LoadedDefinition? Parsed(KnownPipeline known)
    {
        try
        {
            return DefinitionFile.FromLedger(known.Document, known.Sql);
        }
        catch (Exception fault) when (fault is InvalidDefinitionException or TimeZoneNotFoundException)
        {
            // Another version's, with options that this one does not have: it keeps no command from the others.
            return null;
        }
    }
}
