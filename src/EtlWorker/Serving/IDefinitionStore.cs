using EtlWorker.Domain.Runs;

namespace EtlWorker.Serving;

/// <summary>Where the definitions are that <c>PIPELINE__DEFINITION</c> names. One class a kind of place.</summary>
internal interface IDefinitionStore
{
    /// <summary>As a person knows it.</summary>
    string Location { get; }

    /// <summary>Whether a source is one of this store's.</summary>
    /// <param name="source">The address of a document.</param>
    bool Has(string source);

    /// <summary>All versions that are there now, in the order of their sources. What did not change is not read again.</summary>
    /// <exception cref="FaultException">The store is out of reach.</exception>
    Task<IReadOnlyList<FoundVersion>> LookAsync(CancellationToken cancellationToken);
}
