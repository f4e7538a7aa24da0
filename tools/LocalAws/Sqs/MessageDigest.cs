using System.Buffers.Binary;
using System.Text;

namespace EtlWorker.StandIns.Sqs;

/// <summary>The MD5 digests that SQS answers with and its clients verify.</summary>
internal static class MessageDigest
{
    public static string OfBody(string body) => Md5.Hex(Encoding.UTF8.GetBytes(body));

    /// <summary>
    /// Sorted by name, each name, type and value prefixed by its length; a byte tells strings (1) from binaries (2). See
    /// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html
    /// </summary>
    public static string OfAttributes(IReadOnlyDictionary<string, MessageAttribute> attributes)
    {
        using var bytes = new MemoryStream();
        foreach (var (name, attribute) in attributes.OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            Append(bytes, Encoding.UTF8.GetBytes(name));
            Append(bytes, Encoding.UTF8.GetBytes(attribute.DataType));
            bytes.WriteByte((byte)(attribute.BinaryValue is null ? 1 : 2));
            Append(bytes, attribute.BinaryValue ?? Encoding.UTF8.GetBytes(attribute.StringValue ?? ""));
        }

        return Md5.Hex(bytes.ToArray());
    }

    private static void Append(MemoryStream target, byte[] part)
    {
        Span<byte> length = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, part.Length);
        target.Write(length);
        target.Write(part);
    }
}
