using System.Text;
using EtlWorker.Domain.Rows;
using EtlWorker.Load;
using Xunit;

namespace EtlWorker.Tests.Load;

/// <summary>https://www.postgresql.org/docs/current/sql-copy.html, "Text Format".</summary>
public sealed class TextTuplesTests
{
    private static readonly TextCodec Text = new(null);

    [Fact]
    public void Fields_are_apart_by_tabs_rows_by_line_feeds_and_what_would_part_them_is_escaped()
    {
        var buffer = new TextTuples();
        buffer.BeginRow(4);
        buffer.AppendLineNumber(17);
        buffer.AppendField(Text, "a\tb\\c\nd\re"u8);
        buffer.AppendNull();
        buffer.AppendField(Text, ""u8);
        buffer.EndRow();
        buffer.BeginRow(1);
        buffer.AppendField(Text, "\\."u8);
        buffer.EndRow();
        buffer.AppendTrailer();

        Assert.Equal("17\ta\\tb\\\\c\\nd\\re\t\\N\t\n\\\\.\n", Encoding.UTF8.GetString(buffer.Written.Span));
    }

    [Fact]
    public void A_field_is_checked_as_in_the_binary_format_and_a_refused_row_leaves_nothing()
    {
        var buffer = new TextTuples();
        buffer.BeginRow(2);
        Assert.Equal(RejectCode.None, buffer.AppendField(new IntegerCodec(4), "12"u8));
        Assert.Equal(RejectCode.OutOfRange, buffer.AppendField(new IntegerCodec(4), "99999999999"u8));
        buffer.TakeBackRow();

        Assert.Equal(0, buffer.Written.Length);
    }

    [Fact]
    public void A_row_larger_than_the_buffer_fits()
    {
        var buffer = new TextTuples();
        var tabs = Encoding.UTF8.GetBytes(new string('\t', 1 << 20));
        buffer.BeginRow(1);
        buffer.AppendField(Text, tabs);
        buffer.EndRow();

        Assert.Equal((2 << 20) + 1, buffer.Written.Length);
    }
}
