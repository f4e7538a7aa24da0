using EtlWorker.Domain.Runs;
using EtlWorker.Storage;

namespace EtlWorker.Faults;

/// <summary>For what is done because of a fault, or on the way out, and must neither hide the fault nor hold up the way.</summary>
internal static class BestEffort
{
    /// <param name="work">What is tried. A fault of a connection, or of what it was made of, ends it.</param>
    /// <param name="failed">Is told of such a fault; null where the first fault says more.</param>
    public static async Task TryAsync(Func<Task> work, Action<Exception>? failed = null)
    {
        try
        {
            await work();
        }
        catch (Exception fault) when (PostgresFault.Of(fault) is not null || FaultClassifier.IsPassing(fault)
            || fault is FaultException or ObjectDisposedException or InvalidOperationException)
        {
            failed?.Invoke(fault);
        }
    }
}
