namespace EtlWorker.Domain.Pipelines;

/// <summary>How a manifest is written.</summary>
public enum ManifestFormat
{
    /// <summary>JSON: <c>rows</c> and <c>sha256</c> are names of properties, with points between those of nested objects.</summary>
    Json,

    /// <summary>CSV with a header: <c>rows</c> and <c>sha256</c> are its columns.</summary>
    Csv,

    /// <summary>Lines as <c>sha256sum</c> writes them, or the hash alone.</summary>
    Sha256sum,

    /// <summary>The number of rows and nothing else.</summary>
    Count,
}
