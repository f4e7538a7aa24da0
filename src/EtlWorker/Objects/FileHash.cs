using System.Security.Cryptography;

namespace EtlWorker.Objects;

/// <summary>The SHA-256 of a file's bytes, in hexadecimal.</summary>
internal static class FileHash
{
    private const int BufferBytes = 1 << 16;

    /// <param name="stream">Read to its end.</param>
    /// <param name="beat">Is called again and again while a large file is read.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static async Task<string> OfAsync(Stream stream, Action beat, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[BufferBytes];
        int read;
        while ((read = await stream.ReadAsync(buffer, cancellationToken)) > 0)
        {
            hash.AppendData(buffer, 0, read);
            beat();
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
