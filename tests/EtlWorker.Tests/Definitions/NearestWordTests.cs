using EtlWorker.Definitions;
using Xunit;

namespace EtlWorker.Tests.Definitions;

public sealed class NearestWordTests
{
    [Theory]
    [InlineData("delimeter", "delimiter")]
    [InlineData("timezone", "timeZone")]
    [InlineData("time_zone", "timeZone")]
    [InlineData("tirm", "trim")]
    [InlineData("warning", "warn")]
    [InlineData("delim", "delimiter")]
    [InlineData("xyz", null)]
    [InlineData("", null)]
    [InlineData(";", null)]
    [InlineData("tr", null)]
    public void It_is_what_was_probably_meant(string word, string? meant) =>
        Assert.Equal(meant, NearestWord.Of(word, ["delimiter", "decimal", "timeZone", "trim", "warn", ",", "."]));
}
