using System.Globalization;
using EtlWorker.Definitions;
using EtlWorker.Faults;
using EtlWorker.Storage;

namespace EtlWorker.Gate;

/// <summary>
/// Asks the definition's query whether a run is expected on a day. It has a session of its own, which only reads, so that nothing that the
/// SQL does reaches a run, its lock or the ledger.
/// </summary>
internal sealed class DayQuery(Database database)
{
    /// <summary>The run loop waits for the answer.</summary>
    private const int MostSeconds = 10;

    /// <summary>A server that has fallen silent does not end its statement.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(2 * MostSeconds);

    /// <param name="definition">One whose days are a query.</param>
    /// <param name="date">The day.</param>
    /// <param name="cancellationToken">Cancels the query on the server.</param>
    /// <returns>Whether it is expected, and why that is not known: then it is.</returns>
    public async Task<(bool IsExpected, string? Doubt)> AskAsync(
        LoadedDefinition definition, DateOnly date, CancellationToken cancellationToken)
    {
        var file = definition.Pipeline.Trigger.Days.Query!.Sql;
        var (isExpected, doubt) = (true, (string?)null);
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limited.CancelAfter(Silence);
        try
        {
            (isExpected, doubt) = AnswerOf(await AnswerAsync(definition, file, date, limited.Token), file, date);
        }
#pragma warning disable CA1031 // A deadline is asked of with whatever fault: none may keep the runs from going on.
        catch (Exception fault) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            doubt = fault switch
            {
                _ when limited.IsCancellationRequested =>
                    $"the query of days ({file}) was not answered in {Silence.TotalSeconds:0} seconds",
                // Of a type that has no value here, or a value that its type here does not have.
                InvalidCastException or NotSupportedException or OverflowException or ArgumentException or FormatException =>
                    OfNoUse(file),
                _ => FaultClassifier.Of(fault).Cause,
            };
        }

        return (isExpected, doubt);
    }

    private async Task<object?> AnswerAsync(
        LoadedDefinition definition, string file, DateOnly date, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenSessionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await connection.ExecuteAsync(
            string.Create(
                CultureInfo.InvariantCulture,
                $"set transaction read only; set local statement_timeout = '{MostSeconds}s'; set local lock_timeout = '{MostSeconds}s'"),
            cancellationToken);
        return await new SearchPath(definition.Pipeline.SearchPath).UseAsync(
            connection,
            () => AuthoredSql.ExecuteAsync(
                connection, $"the query of days ({file})", AuthoredSql.DayOf(definition.Sql[file]), date,
                definition.Pipeline.AsOfFor(date), cancellationToken),
            cancellationToken);
    }

    private static (bool IsExpected, string? Doubt) AnswerOf(object? answer, string file, DateOnly date) => answer switch
    {
        bool counts => (counts, null),
        short or int or long or decimal or float or double => (Convert.ToDouble(answer, CultureInfo.InvariantCulture) != 0, null),
        null => (true, $"{file} gives no row for {date:yyyy-MM-dd}"),
        DBNull => (true, $"{file} gives NULL for {date:yyyy-MM-dd}"),
        _ => (true, OfNoUse(file)),
    };

    private static string OfNoUse(string file) => $"{file} gives neither true, false nor a number";
}
