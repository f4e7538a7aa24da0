using System.Text;
using EtlWorker.Domain.Rows;
using Xunit;

namespace EtlWorker.Domain.Tests.Rows;

/// <summary>What a codec made of a field, with guard bytes around what it was allowed to write.</summary>
internal sealed record Encoded(RejectCode Code, byte[] Bytes)
{
    private const int Guards = 16;
    private const byte Guard = 0xA5;

    public static Encoded Of(FieldCodec codec, string field) => Of(codec, Encoding.UTF8.GetBytes(field));

    /// <summary>Fails the test when the codec wrote beyond <see cref="FieldCodec.MaxEncodedLength"/>.</summary>
    public static Encoded Of(FieldCodec codec, ReadOnlySpan<byte> field)
    {
        var most = codec.MaxEncodedLength(field.Length);
        var buffer = new byte[most + Guards];
        buffer.AsSpan().Fill(Guard);

        var code = codec.Encode(field, buffer, out var written);

        Assert.True(buffer.AsSpan(most).IndexOfAnyExcept(Guard) < 0, "bytes were written beyond MaxEncodedLength");
        if (code != RejectCode.None)
            return new Encoded(code, []);

        Assert.InRange(written, 0, most);
        return new Encoded(code, buffer[..written]);
    }

    public bool Equals(Encoded? other) => other is not null && Code == other.Code && Bytes.AsSpan().SequenceEqual(other.Bytes);

    public override int GetHashCode() => Code.GetHashCode();

    public override string ToString() => $"{Code} {Convert.ToHexString(Bytes)}";
}
