using EtlWorker.Storage;
using Xunit;

namespace EtlWorker.Tests.Storage;

public sealed class TableNameTests
{
    [Theory]
    [InlineData("staging.orders", "\"staging\".\"orders\"")]
    [InlineData("Staging.Order Lines", "\"Staging\".\"Order Lines\"")]
    [InlineData("s.o\"; drop table x; --", "\"s\".\"o\"\"; drop table x; --\"")]
    [InlineData("\"s\".o", "\"\"\"s\"\"\".\"o\"")]
    public void A_name_is_quoted_part_by_part(string text, string quoted)
    {
        var table = TableName.Parse(text);

        Assert.Equal(quoted, table.Quoted);
        Assert.Equal(text, table.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("orders")]
    [InlineData(".orders")]
    [InlineData("staging.")]
    [InlineData("db.staging.orders")]
    public void What_is_not_schema_and_table_is_refused(string text)
    {
        Assert.False(TableName.TryParse(text, out _));
        Assert.Equal($"'{text}' is not schema.table", Assert.Throws<FormatException>(() => TableName.Parse(text)).Message);
    }
}
