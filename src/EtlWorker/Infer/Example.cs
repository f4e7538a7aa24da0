using System.Text;

namespace EtlWorker.Infer;

/// <summary>A value and where it stands.</summary>
/// <param name="Value">Shortened.</param>
/// <param name="Place">Where its record begins.</param>
internal sealed record Example(string Value, Place Place)
{
    private const int MostBytes = 60;

    public static Example Of(ReadOnlySpan<byte> value, Place place) => new(
        value.Length <= MostBytes ? Encoding.UTF8.GetString(value) : Encoding.UTF8.GetString(value[..MostBytes]).TrimEnd('\uFFFD') + "...",
        place);
}
