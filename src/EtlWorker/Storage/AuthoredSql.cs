using System.Diagnostics.CodeAnalysis;
using EtlWorker.Domain.Runs;
using Npgsql;

namespace EtlWorker.Storage;

/// <summary>Runs the SQL that a definition's author wrote, wrapped by a step into one statement.</summary>
internal static class AuthoredSql
{
    /// <summary>Where an analysis' rows are until they are in their table. Quoted; no table of a pipeline's has this name.</summary>
    private const string Kept = $"pg_temp.{KeptName}";
    private const string KeptName = "\"etl: result\"";

    /// <summary>What counts a check's rows; the check begins on its second line.</summary>
    public static string CountOf(string sql) => $"select pg_catalog.count(*) from (\n{sql}\n) as offending";

    /// <summary>What counts a table's rows.</summary>
    public static string CountOf(TableName table) => $"select pg_catalog.count(*) from {table.Quoted}";

    /// <summary>What reads the first of a check's rows as JSON, and whether each is cut; the check begins on its third line.</summary>
    /// <param name="sql">The check.</param>
    /// <param name="mostRows">Rows.</param>
    /// <param name="mostCharacters">Characters of each.</param>
    /// <remarks>A column may have the name of the row: with the star it is the row all the same.</remarks>
    public static string RowsOf(string sql, int mostRows, int mostCharacters) =>
        $"""
        select pg_catalog.left(content, {mostCharacters}), pg_catalog.length(content) operator(pg_catalog.>) {mostCharacters}
        from (select pg_catalog.row_to_json(offending.*)::pg_catalog.text as content from (
        {sql}
        ) as offending limit {mostRows}) as kept
        """;

    /// <summary>What asks a query of days of one day; the query begins on its second line.</summary>
    public static string DayOf(string sql) => $"select * from (\n{sql}\n) as day limit 1";

    /// <summary>What adds an analysis' rows to its table; the analysis begins on its second line.</summary>
    public static string InsertOf(ResultTable table, string sql) => $"{InsertInto(table)} from (\n{sql}\n) as result";

    /// <summary>What an analysis gives; the analysis begins on its second line.</summary>
    public static string SelectOf(ResultTable table, string sql) => $"select {Columns(table)} from (\n{sql}\n) as result";

    /// <summary>What makes the table that keeps an analysis' rows aside, of the types of the table that they are for.</summary>
    public static string MakeKeptOf(ResultTable table) =>
        $"create temporary table {KeptName} on commit drop as select {Columns(table)} from {table.Name.Quoted} with no data";

    /// <summary>What keeps an analysis' rows aside, for <see cref="InsertKeptOf"/>; the analysis begins on its second line.</summary>
    public static string KeepOf(ResultTable table, string sql) => $"insert into {Kept} {SelectOf(table, sql)}";

    /// <summary>
    /// Does what <see cref="MakeKeptOf"/> and <see cref="KeepOf"/> do, in one statement: PostgreSQL plans no parallel workers for one that
    /// writes into a table which is there already. The analysis begins on its second line.
    /// </summary>
    /// <param name="table">The analysis' table.</param>
    /// <param name="sql">The analysis.</param>
    /// <param name="isTrial">Whether the table is made without a row, to see whether it can be.</param>
    public static string MakeAndKeepOf(ResultTable table, string sql, bool isTrial) =>
        $"create temporary table {KeptName} on commit drop as {SelectOf(table, sql)}{(isTrial ? " with no data" : "")}";

    /// <summary>What has PostgreSQL plan a statement, and say how in JSON.</summary>
    public static string PlanOf(string statement) => $"explain (costs off, format json) {statement}";

    public const string DropKept = $"drop table {Kept}";

    /// <summary>What adds the rows that were kept to the table.</summary>
    public static string InsertKeptOf(ResultTable table) => $"{InsertInto(table)} from {Kept} as result";

    private static string InsertInto(ResultTable table) =>
        $"insert into {table.Name.Quoted} ({ResultTable.RunDateColumn}, {Columns(table)}) select @run_date, {Columns(table)}";

    private static string Columns(ResultTable table) => string.Join(", ", table.ResultColumns.Select(TableName.Quote));

    /// <param name="connection">The data connection, in the run's transaction.</param>
    /// <param name="subject">What the statement is, for messages: <c>check name (file)</c>.</param>
    /// <param name="sql">The wrapped statement, over <c>@run_date</c> and <c>@as_of</c>.</param>
    /// <param name="runDate">The run date.</param>
    /// <param name="asOf">The date that the analyses look back from.</param>
    /// <param name="cancellationToken">Cancels the statement on the server.</param>
    /// <returns>The first column of the first row, if there is one.</returns>
    /// <exception cref="RunFailedException">PostgreSQL refused the statement for good, or it took longer than it may.</exception>
    public static Task<object?> ExecuteAsync(
        NpgsqlConnection connection, string subject, string sql, DateOnly runDate, DateOnly asOf, CancellationToken cancellationToken) =>
        SendAsync(connection, subject, sql, runDate, asOf, batch => batch.ExecuteScalarAsync(cancellationToken));

    /// <summary>As <see cref="ExecuteAsync"/>; all rows are read.</summary>
    public static Task<IReadOnlyList<T>> ReadAsync<T>(
        NpgsqlConnection connection, string subject, string sql, DateOnly runDate, DateOnly asOf, Func<NpgsqlDataReader, T> row,
        CancellationToken cancellationToken) => SendAsync<IReadOnlyList<T>>(connection, subject, sql, runDate, asOf, async batch =>
    {
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        var rows = new List<T>();
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(row(reader));
        }

        return rows;
    });

    private static async Task<T> SendAsync<T>(
        NpgsqlConnection connection, string subject, string sql, DateOnly runDate, DateOnly asOf, Func<NpgsqlBatch, Task<T>> send)
    {
        await using var batch = Single(connection, sql, runDate, asOf);
        try
        {
            return await connection.LimitedAsync(subject, () => send(batch));
        }
        // A run has written before: it is the SQL that only reads, or made the transaction do so, and not the database.
        catch (PostgresException fault) when (ServerError.IsReadOnly(fault))
        {
            throw new RunFailedException(
                $"{subject} was refused by PostgreSQL: {PostgresFault.Describe(fault)}",
                "Leave one SELECT in the file, which calls nothing that writes or makes a table; a check may only read.", fault);
        }
        catch (PostgresException fault) when (
            fault.SqlState != PostgresErrorCodes.DiskFull && PostgresFault.KindOf(fault) == FaultKind.Permanent)
        {
            throw new RunFailedException(
                $"{subject} was refused by PostgreSQL: {PostgresFault.Describe(fault)}",
                "Correct the SQL beside the definition, or the data that it meets; the tables keep their former rows.", fault);
        }
        catch (NotSupportedException fault)
        {
            throw new RunFailedException(
                $"{subject} is more than one statement", "Leave one SELECT without a semicolon in the file.", fault);
        }
    }

    /// <summary>The statement with its parameters. A batch command refuses a second one after a semicolon; a plain one runs it.</summary>
    [SuppressMessage("Security", "CA2100", Justification = "A definition's SQL is code that the operator trusts (design, section 7).")]
    public static NpgsqlBatch Single(NpgsqlConnection connection, string sql, DateOnly runDate, DateOnly asOf) => new(connection)
    {
        Timeout = connection.CommandTimeout,
        BatchCommands =
        {
            new NpgsqlBatchCommand(sql)
            {
                Parameters = { new NpgsqlParameter("run_date", runDate), new NpgsqlParameter("as_of", asOf) },
            },
        },
    };

    /// <summary>Runs a statement of a migration's file, which may take as long as it takes.</summary>
    /// <param name="connection">In the file's transaction.</param>
    /// <param name="subject">What the file is, for messages.</param>
    /// <param name="line">Where the statement begins in it.</param>
    /// <param name="sql">One statement, without its semicolon.</param>
    /// <param name="cancellationToken">Cancels the statement on the server.</param>
    /// <exception cref="RunFailedException">PostgreSQL refused it; with the file's name, the line, and what to do.</exception>
    /// <exception cref="FaultException">What it changes is in use; with the same.</exception>
    [SuppressMessage("Security", "CA2100", Justification = "A definition's SQL is code that the operator trusts (design, section 7).")]
    public static async Task ChangeAsync(
        NpgsqlConnection connection, string subject, int line, string sql, CancellationToken cancellationToken)
    {
        // Npgsql would split the body of a function at its semicolons (github.com/npgsql/npgsql/issues/4445): with a parameter that has no
        // name it sends the text as it is.
        await using var command = new NpgsqlCommand(sql, connection)
        {
            CommandTimeout = 0,
            Parameters = { new NpgsqlParameter { Value = 0 } },
        };
        try
        {
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
        catch (PostgresException fault) when (PostgresFault.KindOf(fault) is not (FaultKind.SessionLost or FaultKind.Unreachable))
        {
            // The server counts characters from 1, in the statement.
            var before = fault.Position > 0 && fault.Position <= sql.Length ? sql.AsSpan(0, fault.Position - 1).Count('\n') : 0;
            var (cause, remedy) = (
                $"{subject}, line {line + before}: PostgreSQL refused it: {PostgresFault.DescribeChange(fault)}",
                $"{RemedyForChange(fault)} Nothing of the file was applied.");
            throw ServerError.IsLockNotAvailable(fault)
                ? new FaultException(new Fault(FaultKind.Passing, cause, remedy), fault)
                : new RunFailedException(cause, remedy, fault);
        }
    }

    private static string RemedyForChange(PostgresException fault) => fault.SqlState switch
    {
        PostgresErrorCodes.ActiveSqlTransaction =>
            "Each file is one transaction: leave the statement out, and run it by psql once the file is applied.",
        PostgresErrorCodes.LockNotAvailable =>
            "A run, or somebody else, uses what it changes: run `etlworker migrate` again when that has ended.",
        PostgresErrorCodes.InsufficientPrivilege =>
            "Leave it out, if the pipeline's tables do not need it; else grant it to the role that it is applied as: that of "
                + "PIPELINE__MIGRATEAS, else the worker's login.",
        PostgresErrorCodes.QueryCanceled => "Run `etlworker migrate` again.",
        _ => "Correct the file.",
    };
}
