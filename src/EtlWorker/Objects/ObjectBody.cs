using Amazon.S3.Model;

namespace EtlWorker.Objects;

/// <summary>An open object: its bytes, and how many there must be.</summary>
internal sealed class ObjectBody(GetObjectResponse response) : IDisposable
{
    public Stream Stream => response.ResponseStream;

    /// <summary>Bytes that S3 announced.</summary>
    public long ContentLength => response.ContentLength;

    public void Dispose() => response.Dispose();
}
