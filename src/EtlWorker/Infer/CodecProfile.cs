using EtlWorker.Domain.Rows;

namespace EtlWorker.Infer;

/// <summary>Values that one of the loader's codecs takes.</summary>
/// <param name="codec">The codec.</param>
/// <param name="mayFit">A quick look at the value before.</param>
internal sealed class CodecProfile(FieldCodec codec, Func<byte, int, bool> mayFit) : KindProfile
{
    private byte[] _scratch = new byte[64];

    /// <summary>uuid: 32 digits without dashes may be another hash as well.</summary>
    public static CodecProfile OfUuid() => new(new UuidCodec(), (_, length) => length >= 36);

    /// <summary>Objects and arrays: a number or a word alone is JSON as well.</summary>
    public static CodecProfile OfJson() => new(new JsonCodec(), (first, _) => first is (byte)'{' or (byte)'[');

    protected override bool Fits(ReadOnlySpan<byte> value, Place place)
    {
        if (value.IsEmpty || !mayFit(value[0], value.Length))
        {
            return false;
        }

        _scratch = _scratch.Length < codec.MaxEncodedLength(value.Length) ? new byte[codec.MaxEncodedLength(value.Length) * 2] : _scratch;
        return codec.Encode(value, _scratch, out _) == RejectCode.None;
    }
}
