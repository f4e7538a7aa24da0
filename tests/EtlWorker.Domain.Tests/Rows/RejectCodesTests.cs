using EtlWorker.Domain.Rows;
using Xunit;

namespace EtlWorker.Domain.Tests.Rows;

public sealed class RejectCodesTests
{
    private static readonly string[] PublishedNames =
    [
        "column_count", "not_null", "integer", "out_of_range", "numeric", "date", "timestamp", "boolean", "uuid", "bytea", "json",
        "too_long", "encoding", "nul_byte", "quote", "line_too_long", "duplicate_key", "constraint",
    ];

    [Fact]
    public void Every_code_has_its_published_name_in_order() =>
        Assert.Equal(PublishedNames, Enum.GetValues<RejectCode>().Where(code => code != RejectCode.None).Select(code => code.Name()));

    [Theory]
    [InlineData(RejectCode.None)]
    [InlineData((RejectCode)999)]
    public void What_is_no_reason_to_refuse_a_row_has_no_name(RejectCode code) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => code.Name());
}
