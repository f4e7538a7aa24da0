namespace EtlWorker.Domain.Rows;

/// <summary>Leaves out the digits of a fraction that the column does not keep, without rounding.</summary>
/// <param name="digits">How many digits after the point the column keeps.</param>
/// <param name="isTime">Whether the fraction is one of seconds, behind which an offset may stand.</param>
/// <param name="expects">What the codec expects.</param>
public sealed class FractionForm(int digits, bool isTime, string expects) : FieldForm
{
    public override string Expects => expects;

    public override RejectCode Rewrite(ReadOnlySpan<byte> field, ref byte[] text, out int written)
    {
        var point = field.IndexOf((byte)'.');
        var fraction = point < 0 ? [] : field[(point + 1)..];
        var length = fraction.IndexOfAnyExceptInRange((byte)'0', (byte)'9') is var other and >= 0 ? other : fraction.Length;
        if (length <= digits || (isTime ? !IsOfSecond(field, point) : length < fraction.Length))
        {
            return Copy(field, ref text, out written);
        }

        // A point with nothing behind it is no fraction.
        var head = digits == 0 ? point : point + 1 + digits;
        var tail = field[(point + 1 + length)..];
        Reserve(ref text, head + tail.Length + 1);
        field[..head].CopyTo(text);
        if (digits == 0 && (point == 0 || !char.IsAsciiDigit((char)field[point - 1])))
        {
            // .5 without its fraction is 0.
            text[head++] = (byte)'0';
        }

        tail.CopyTo(text.AsSpan(head));
        written = head + tail.Length;
        return RejectCode.None;
    }

    /// <summary>Whether HH:mm:ss stands before the point: in 10.12:20:30 it ends a number of days.</summary>
    private static bool IsOfSecond(ReadOnlySpan<byte> field, int point) =>
        point >= "HH:mm:ss".Length && field[point - 3] == (byte)':' && field[point - 6] == (byte)':';
}
