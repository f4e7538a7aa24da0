using EtlWorker.Definitions;
using EtlWorker.Domain.Pipelines;
using Xunit;

namespace EtlWorker.Tests.Definitions;

public sealed class ExportFaultsTests
{
    private const string DelimiterFault =
        "delimiter must be one ASCII character, and no quote, line end or NUL; use \",\", \";\", \"|\" or \"\\t\"";

    [Theory]
    [InlineData('"', '.', DelimiterFault)]
    [InlineData('\r', '.', DelimiterFault)]
    [InlineData('\n', '.', DelimiterFault)]
    [InlineData('\0', '.', DelimiterFault)]
    [InlineData('\u00a6', '.', DelimiterFault)]
    [InlineData(';', ';', "decimal must be \".\" or \",\"")]
    [InlineData(';', '\u066b', "decimal must be \".\" or \",\"")]
    [InlineData(',', ',', "delimiter and decimal are both \",\"; with \"decimal\": \",\" use \"delimiter\": \";\"")]
    [InlineData('.', '.', "delimiter and decimal are both \".\"; use another delimiter, or \"decimal\": \",\"")]
    public void A_delimiter_and_a_decimal_sign_that_cannot_be_are_refused(char delimiter, char sign, string fault) =>
        Assert.Equal([$"analysis totals: export 'out/a.csv': {fault}"],
            FaultsIn(new() { Key = "out/a.csv", Delimiter = delimiter, Decimal = sign }));

    [Theory]
    [InlineData("windows-1252", "windows-1252")]
    [InlineData("iso-8859-15", "ISO 8859-15")]
    [InlineData("gb18030", "gb18030")]
    public void A_byte_order_mark_of_an_encoding_that_has_none_is_refused(string encoding, string title) =>
        Assert.Equal(
            [$"analysis totals: export 'out/a.csv': {title} has no byte order mark; leave bom out, or use the encoding utf-8 or utf-16"],
            FaultsIn(new() { Key = "out/a.csv", Bom = true, Encoding = FileEncoding.Find(encoding)! }));

    [Theory]
    [InlineData(';', ',', "utf-8", true)]
    [InlineData('\t', '.', "utf-16", true)]
    [InlineData('|', ',', "utf-16be", true)]
    [InlineData('\u001f', '.', "shift_jis", false)]
    public void Every_form_that_can_be_is_taken(char delimiter, char sign, string encoding, bool bom) => Assert.Empty(FaultsIn(
        new() { Key = "out/a.csv", Delimiter = delimiter, Decimal = sign, Encoding = FileEncoding.Find(encoding)!, Bom = bom }));

    /// <summary>As the definition's own check reports them.</summary>
    private static IEnumerable<string> FaultsIn(ExportDefinition export) => DefinitionFaults.In(new PipelineDefinition
    {
        Name = "small",
        TimeZone = "UTC",
        Feeds = [new FeedDefinition { Name = "orders", Object = "in/orders.csv", Table = "staging.orders" }],
        Analyses = [new AnalysisDefinition { Name = "totals", Sql = "totals.sql", Table = "analytics.totals", Export = [export] }],
    }).Select(fault => fault.Message);
}
