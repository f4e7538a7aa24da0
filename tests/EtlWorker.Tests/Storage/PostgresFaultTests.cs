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
    public void The_message_is_told_unless_it_may_hold_a_value(string state, string told) =>
        Assert.Equal(told, PostgresFault.Describe(new PostgresException("duplicate key value violates unique constraint \"pk\"", "ERROR", "ERROR", state, detail: "Key (id)=(7)")));
}
