using EtlWorker.Definitions;
using Xunit;

namespace EtlWorker.Tests.Definitions;

public sealed class SqlStatementTests
{
    [Theory]
    [InlineData("select 1", "select 1")]
    [InlineData("select 1\n", "select 1\n")]
    [InlineData("select 1;\n", "select 1")]
    [InlineData("select 1 ; \n", "select 1 ")]
    [InlineData("select 1; -- end", "select 1")]
    [InlineData("select 1; /* end; */ -- of it", "select 1")]
    [InlineData("select 1;;", "select 1")]
    [InlineData("select 1; ; -- x\n ;\n", "select 1")]
    [InlineData("-- a; b\nselect 1;", "-- a; b\nselect 1")]
    [InlineData("select 1 -- end", "select 1 -- end")]
    [InlineData("select /* a /* b; */ ; */ 1;", "select /* a /* b; */ ; */ 1")]
    [InlineData("select ';' as a;", "select ';' as a")]
    [InlineData("select 'it''s;';", "select 'it''s;'")]
    [InlineData("select 'a\\';", "select 'a\\'")]
    [InlineData("select e'a\\';';", "select e'a\\';'")]
    [InlineData("select E'a''\\';';", "select E'a''\\';'")]
    [InlineData("select note'a\\';", "select note'a\\'")]
    [InlineData("select 1 as \"a;\"\"b\";", "select 1 as \"a;\"\"b\"")]
    [InlineData("select $$a;'b$$;", "select $$a;'b$$")]
    [InlineData("select $x$a;$$;$x$;", "select $x$a;$$;$x$")]
    [InlineData("select a$b from c$d;", "select a$b from c$d")]
    [InlineData("select $1;", "select $1")]
    [InlineData("(select 1) union all (select 2);", "(select 1) union all (select 2)")]
    [InlineData("WITH a as (select 1) select * from a;", "WITH a as (select 1) select * from a")]
    [InlineData("values (1);", "values (1)")]
    [InlineData("table a.b;", "table a.b")]
    [InlineData("select'a';", "select'a'")]
    public void It_is_what_stands_before_the_semicolon(string file, string statement) => Assert.Equal(statement, SqlStatement.Of(file));

    [Theory]
    [InlineData("", "holds no statement: write one SELECT into it")]
    [InlineData(" -- select 1\n/* ; */ ;", "holds no statement: write one SELECT into it")]
    [InlineData("select 1;\n\nselect 2;", "line 3 begins a second statement: leave one SELECT in the file")]
    [InlineData("select 1; ) -- x", "line 1 begins a second statement: leave one SELECT in the file")]
    [InlineData("select\n'a", "line 2: a quote begins that is never closed")]
    [InlineData("select \"a", "line 1: a quote begins that is never closed")]
    [InlineData("select $a$ $b$", "line 1: a quote begins that is never closed")]
    [InlineData("select 1\n/* /* */", "line 2: a comment begins that is never closed")]
    [InlineData("select e'\\", "line 1: a quote begins that is never closed")]
    [InlineData("copy (select 1) to program 'true'", "line 1 begins with COPY: write one SELECT, which the worker puts into its own")]
    [InlineData("-- of mine\nDo $$ begin end $$", "line 2 begins with DO: write one SELECT, which the worker puts into its own")]
    [InlineData("commit", "line 1 begins with COMMIT: write one SELECT, which the worker puts into its own")]
    [InlineData("selects 1", "line 1 begins with SELECTS: write one SELECT, which the worker puts into its own")]
    public void What_is_no_single_statement_is_refused(string file, string fault) =>
        Assert.Equal(fault, Assert.Throws<FormatException>(() => SqlStatement.Of(file)).Message);
}
