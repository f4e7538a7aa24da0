namespace EtlWorker.Infer;

/// <summary>A file from which nothing can be inferred; the message is for a person and says what to do.</summary>
internal sealed class CannotInferException(string message, bool isMissing = false) : Exception(message)
{
    /// <summary>Whether there is no such file.</summary>
    public bool IsMissing => isMissing;
}
