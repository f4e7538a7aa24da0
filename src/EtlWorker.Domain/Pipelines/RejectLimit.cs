namespace EtlWorker.Domain.Pipelines;

/// <summary>How many refused rows a feed may have before the run fails.</summary>
public sealed record RejectLimit
{
    /// <summary>Rows; judged at once.</summary>
    [Allowed(Minimum = 0)]
    public long Max { get; set; } = 100;

    /// <summary>Per cent of the rows read; judged at the end.</summary>
    [Allowed(Minimum = 0, Maximum = 100)]
    public double MaxPercent { get; set; } = 1.0;

    public bool ExceededAtOnce(long rejected) => rejected > Max;

    public bool ExceededAtEnd(long rejected, long read) => rejected > Max || rejected * 100.0 > MaxPercent * read;
}
