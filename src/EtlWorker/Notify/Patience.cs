namespace EtlWorker.Notify;

/// <summary>How long something may be out of order before a person is notified.</summary>
internal static class Patience
{
    public static readonly TimeSpan BeforeNotice = TimeSpan.FromMinutes(10);
}
