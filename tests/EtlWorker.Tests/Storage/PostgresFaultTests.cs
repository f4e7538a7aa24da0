using EtlWorker.Storage;
using Npgsql;
using Xunit;

namespace EtlWorker.Tests.Storage;

public sealed class PostgresFaultTests
{
    [Theory]
    [InlineData("23505", "duplicate key value violates unique constraint \"pk\" (SQLSTATE 23505)")]
    [InlineData("22P02", "a value that its type does not take (SQLSTATE 22P02)")]
    [InlineData("XX000", "an internal error; PostgreSQL's own log has its message (SQLSTATE XX000)")]
    [InlineData("42601", "an error whose message may hold values; PostgreSQL's own log has it (SQLSTATE 42601)")]
    [InlineData("42P01", "an error whose message may hold values; PostgreSQL's own log has it (SQLSTATE 42P01)")]
    [InlineData("P0001", "raised by a function or a trigger; PostgreSQL's own log has its message (SQLSTATE P0001)")]
    [InlineData("P0004", "raised by a function or a trigger; PostgreSQL's own log has its message (SQLSTATE P0004)")]
    [InlineData("ZZ001", "an error whose message may hold values; PostgreSQL's own log has it (SQLSTATE ZZ001)")]
    [InlineData("54000", "an error whose message may hold values; PostgreSQL's own log has it (SQLSTATE 54000)")]
    [InlineData("42501", "duplicate key value violates unique constraint \"pk\" (SQLSTATE 42501)")]
    [InlineData("40P01", "duplicate key value violates unique constraint \"pk\" (SQLSTATE 40P01)")]
    public void The_message_is_told_unless_it_may_hold_a_value(string state, string told) =>
        Assert.Equal(told, PostgresFault.Describe(new PostgresException(
            "duplicate key value violates unique constraint \"pk\"", "ERROR", "ERROR", state, detail: "Key (id)=(7)")));

    [Theory]
    [InlineData(7, 0)]
    [InlineData(0, 7)]
    public void What_the_parser_says_of_a_statement_is_told(int position, int internalPosition) => Assert.Equal(
        "syntax error at or near \"form\" (SQLSTATE 42601)",
        PostgresFault.Describe(new PostgresException(
            "syntax error at or near \"form\"", "ERROR", "ERROR", "42601", position: position, internalPosition: internalPosition)));
}
