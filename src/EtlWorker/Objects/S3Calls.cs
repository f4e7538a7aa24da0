using EtlWorker.Domain.Runs;

namespace EtlWorker.Objects;

/// <summary>Has what S3 answers leave this folder as a <see cref="Fault"/>.</summary>
internal static class S3Calls
{
    /// <exception cref="FaultException">S3 could not be asked, or refused.</exception>
    public static async Task<T> AskAsync<T>(string bucket, Func<Task<T>> ask)
    {
        try
        {
            return await ask();
        }
        catch (Exception fault) when (S3Fault.Of(fault, bucket) is { } known)
        {
            throw new FaultException(known, fault);
        }
    }
}
