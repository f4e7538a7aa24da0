using EtlWorker.Definitions;
using Xunit;

namespace EtlWorker.Tests.Definitions;

public sealed class MigrationScriptTests
{
    [Theory]
    [InlineData("create table a (id int)", "1: create table a (id int)")]
    [InlineData("-- head\n\ncreate table a (id int);\n;\n/* ; */ insert into a\nvalues (1);",
        "3: create table a (id int)|5: insert into a\nvalues (1)")]
    [InlineData("do $$ begin commit; end $$; select ';'", "1: do $$ begin commit; end $$|1: select ';'")]
    [InlineData("create rule r as on insert to a do also (insert into b values (1); delete from c); select 1",
        "1: create rule r as on insert to a do also (insert into b values (1); delete from c)|1: select 1")]
    [InlineData("create or replace function f() returns int begin atomic select 1; select case when true then 2 end; end; select 3",
        "1: create or replace function f() returns int begin atomic select 1; select case when true then 2 end; end|1: select 3")]
    [InlineData("comment on table a is 'end'; alter table a add \"commit\" int",
        "1: comment on table a is 'end'|1: alter table a add \"commit\" int")]
    [InlineData("set local search_path = role", "1: set local search_path = role")]
    [InlineData("copy a to '/x'", "1: copy a to '/x'")]
    public void Each_statement_has_the_line_on_which_it_begins(string file, string statements) => Assert.Equal(
        statements, string.Join('|', MigrationScript.Of(file).Select(statement => $"{statement.Line}: {statement.Text}")));

    [Theory]
    [InlineData("", "holds no statement: leave the file out")]
    [InlineData(" -- select 1;\n;", "holds no statement: leave the file out")]
    [InlineData("select 1;\n\\gexec", "line 2: \\gexec is a command of psql, and no SQL: leave it out")]
    [InlineData("select 1 \\gset x_", "line 1: \\gset is a command of psql, and no SQL: leave it out")]
    [InlineData("copy a from stdin;\n1\n\\.",
        "line 1: COPY from STDIN or to STDOUT is a command of psql, and no SQL: write the rows as an INSERT")]
    [InlineData("\nBegin;\nselect 1; end",
        "line 2: BEGIN is not for a migration: each file is one transaction, which commits with its record; leave it out")]
    [InlineData("select 1;\ncommit",
        "line 2: COMMIT is not for a migration: each file is one transaction, which commits with its record; leave it out")]
    [InlineData("rollback to a",
        "line 1: ROLLBACK is not for a migration: each file is one transaction, which commits with its record; leave it out")]
    [InlineData("prepare transaction 'x'",
        "line 1: PREPARE TRANSACTION is not for a migration: each file is one transaction; leave it out")]
    [InlineData("set role etlworker", Role)]
    [InlineData("set local \"role\" = x", Role)]
    [InlineData("reset /* a */ role", Role)]
    [InlineData("set session authorization x", Role)]
    [InlineData("set local session authorization x", Role)]
    [InlineData("create table \"a", "line 1: a quote begins that is never closed")]
    public void What_would_end_the_transaction_or_is_no_SQL_is_refused(string file, string fault) =>
        Assert.Equal(fault, Assert.Throws<FormatException>(() => MigrationScript.Of(file)).Message);

    private const string Role =
        "line 1: a migration changes no role: it is applied as the role of PIPELINE__MIGRATEAS; leave it out";
}
