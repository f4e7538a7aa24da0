using EtlWorker.Domain.Runs;

namespace EtlWorker.Objects;

/// <summary>Where results and refused rows are written. One class a kind of destination.</summary>
internal interface IResultDestination
{
    /// <summary>Where a person finds what is written under a key.</summary>
    string AddressOf(string key);

    /// <summary>Writes one object whole: readers see the former one or this one, never a part.</summary>
    /// <exception cref="FaultException">It could not be written.</exception>
    Task PutAsync(string key, string contentType, Stream content, CancellationToken cancellationToken);
}
