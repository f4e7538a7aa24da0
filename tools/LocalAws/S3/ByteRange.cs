using System.Globalization;
using System.Net.Http.Headers;
using EtlWorker.StandIns.Http;

namespace EtlWorker.StandIns.S3;

/// <summary>The part of a body that a Range header asks for.</summary>
internal sealed record ByteRange(int From, int Length)
{
    /// <summary>
    /// Null when there is no header or, as HTTP has it, one that makes no sense; throws 416 when it lies outside the body.
    /// </summary>
    public static ByteRange? Parse(string? header, int size)
    {
        if (!RangeHeaderValue.TryParse(header, out var parsed) || parsed.Unit != "bytes" || parsed.Ranges.Count != 1)
            return null;
        var asked = parsed.Ranges.Single();
        var from = asked.From ?? Math.Max(0, size - asked.To!.Value);
        var to = asked.From is null ? size - 1 : Math.Min(asked.To ?? long.MaxValue, size - 1);
        if (from <= to)
            return new ByteRange((int)from, (int)(to - from + 1));
        throw new AwsFailure(416, "InvalidRange", "The requested range is not satisfiable")
        {
            Headers = new Dictionary<string, string> { ["Content-Range"] = string.Create(CultureInfo.InvariantCulture, $"bytes */{size}") },
        };
    }
}
