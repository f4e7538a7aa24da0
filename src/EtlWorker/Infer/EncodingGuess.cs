using EtlWorker.Domain.Pipelines;

namespace EtlWorker.Infer;

/// <summary>What a file's text is probably written in.</summary>
/// <param name="Encoding">The most likely one.</param>
/// <param name="Why">How that is known, for a person.</param>
internal sealed record EncodingGuess(FileEncoding Encoding, string Why)
{
    /// <summary>Whether a byte order mark says it, so that the definition need not.</summary>
    public bool IsMarked { get; init; }

    /// <summary>Whether another one reads the file as well, and otherwise.</summary>
    public bool IsAmbiguous { get; init; }

    /// <summary>How the same words read in each of the encodings that may be meant.</summary>
    public IReadOnlyList<(FileEncoding Encoding, string Words)> Readings { get; init; } = [];
}
