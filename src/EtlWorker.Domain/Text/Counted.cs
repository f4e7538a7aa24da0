using System.Globalization;

namespace EtlWorker.Domain.Text;

/// <summary>How many of something there are, for a person.</summary>
public static class Counted
{
    /// <summary><c>1 row</c>, <c>0 rows</c>, <c>1,234 rows</c>.</summary>
    /// <param name="count">How many.</param>
    /// <param name="one">The word for one of them, whose plural has an s.</param>
    public static string Of(long count, string one) =>
        string.Create(CultureInfo.InvariantCulture, $"{count:N0} {one}{(count == 1 ? "" : "s")}");
}
