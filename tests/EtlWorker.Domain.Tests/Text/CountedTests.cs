using EtlWorker.Domain.Text;
using Xunit;

namespace EtlWorker.Domain.Tests.Text;

public sealed class CountedTests
{
    [Theory]
    [InlineData(0, "0 rows")]
    [InlineData(1, "1 row")]
    [InlineData(2, "2 rows")]
    [InlineData(1_234_567, "1,234,567 rows")]
    public void One_is_one(long count, string told) => Assert.Equal(told, Counted.Of(count, "row"));
}
