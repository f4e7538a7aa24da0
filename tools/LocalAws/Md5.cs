using System.Security.Cryptography;

namespace EtlWorker.StandIns;

/// <summary>MD5 as AWS shows it: ETags and message digests, in lower-case hex.</summary>
internal static class Md5
{
#pragma warning disable CA5351 // The protocols ask for MD5; nothing is kept secret by it.
    public static string Hex(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(MD5.HashData(bytes));
#pragma warning restore CA5351
}
