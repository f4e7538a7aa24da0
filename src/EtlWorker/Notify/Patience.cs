namespace EtlWorker.Notify;

/// <summary>How long something may be out of order before a person is told.</summary>
internal static class Patience
{
    public static readonly TimeSpan BeforeTelling = TimeSpan.FromMinutes(10);
}
