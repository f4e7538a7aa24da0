using EtlWorker.Domain.Pipelines;
using Xunit;

namespace EtlWorker.Domain.Tests.Pipelines;

public sealed class CheckDefinitionTests
{
    private static readonly CheckDefinition Plain = new() { Name = "c", Sql = "c.sql" };

    [Theory]
    [InlineData(null, 0, CheckVerdict.Passed)]
    [InlineData(null, 1, CheckVerdict.Failed)]
    [InlineData(Severity.Fail, 1, CheckVerdict.Failed)]
    [InlineData(Severity.Warn, 0, CheckVerdict.Passed)]
    [InlineData(Severity.Warn, 1, CheckVerdict.Warned)]
    public void Without_limits_the_severity_says_what_a_row_means(Severity? severity, long found, CheckVerdict verdict) =>
        Assert.Equal(verdict, (Plain with { Severity = severity }).Judge(found, null));

    [Theory]
    [InlineData(0, CheckVerdict.Passed)]
    [InlineData(1, CheckVerdict.Warned)]
    [InlineData(10, CheckVerdict.Warned)]
    [InlineData(11, CheckVerdict.Failed)]
    public void Warn_and_fail_may_have_limits_of_their_own(long found, CheckVerdict verdict) =>
        Assert.Equal(verdict, (Plain with { Warn = new CheckLimit(), Fail = new CheckLimit { Max = 10 } }).Judge(found, null));

    [Theory]
    [InlineData(null, 1.0, 10, 1000, false)]
    [InlineData(null, 1.0, 11, 1000, true)]
    [InlineData(5L, 1.0, 6, 1000, true)]
    [InlineData(50L, 1.0, 11, 1000, true)]
    [InlineData(50L, 1.0, 10, 1000, false)]
    [InlineData(null, 0.0, 1, 1_000_000_000, true)]
    [InlineData(null, 1.0, 0, 0, false)]
    [InlineData(null, 100.0, 1, 0, true)]
    public void More_than_either_is_over_the_limit(long? max, double maxPercent, long found, long of, bool isOver) =>
        Assert.Equal(
            isOver ? CheckVerdict.Failed : CheckVerdict.Passed,
            (Plain with { Fail = new CheckLimit { Max = max, MaxPercent = maxPercent }, Of = "s.t" }).Judge(found, of));

    [Theory]
    [InlineData(null, null, "0 rows")]
    [InlineData(1L, null, "1 row")]
    [InlineData(1000L, 0.5, "1,000 rows or 0.5 %")]
    [InlineData(null, 2.0, "2 %")]
    public void A_limit_is_named_in_words(long? max, double? maxPercent, string text) =>
        Assert.Equal(text, new CheckLimit { Max = max, MaxPercent = maxPercent }.ToString());
}
