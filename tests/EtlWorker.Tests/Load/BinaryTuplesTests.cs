using System.Text;
using EtlWorker.Domain.Rows;
using EtlWorker.Load;
using Xunit;

namespace EtlWorker.Tests.Load;

/// <summary>https://www.postgresql.org/docs/current/sql-copy.html, "Binary Format".</summary>
public sealed class BinaryTuplesTests
{
    private static readonly byte[] Header = [.. "PGCOPY\n"u8, 0xFF, 0x0D, 0x0A, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    private static readonly TextCodec Text = new(null);
    private static readonly IntegerCodec Integer = new(4);

    [Fact]
    public void A_file_without_rows_is_signature_and_trailer()
    {
        var buffer = new BinaryTuples();
        buffer.AppendTrailer();

        Assert.Equal([.. Header, 0xFF, 0xFF], buffer.Written.ToArray());
    }

    [Fact]
    public void A_tuple_is_its_field_count_and_each_field_behind_its_length()
    {
        var buffer = new BinaryTuples();
        buffer.BeginRow(3);
        Assert.Equal(RejectCode.None, buffer.AppendField(Text, "hé"u8));
        Assert.Equal(RejectCode.None, buffer.AppendField(Integer, "-2"u8));
        buffer.AppendNull();
        buffer.BeginRow(1);
        buffer.AppendField(Text, ""u8);
        buffer.AppendTrailer();

        Assert.Equal(
            [
                .. Header,
                0, 3, 0, 0, 0, 3, .. "hé"u8, 0, 0, 0, 4, 0xFF, 0xFF, 0xFF, 0xFE, 0xFF, 0xFF, 0xFF, 0xFF,
                0, 1, 0, 0, 0, 0,
                0xFF, 0xFF,
            ],
            buffer.Written.ToArray());
    }

    [Fact]
    public void A_row_taken_back_leaves_the_rows_before_it()
    {
        var buffer = new BinaryTuples();
        buffer.BeginRow(1);
        buffer.AppendField(Text, "first"u8);
        var before = buffer.Written.ToArray();

        buffer.BeginRow(3);
        buffer.AppendField(Text, "second"u8);
        buffer.AppendNull();
        Assert.Equal(RejectCode.Integer, buffer.AppendField(Integer, "x"u8));
        buffer.TakeBackRow();
        Assert.Equal(before, buffer.Written.ToArray());

        buffer.BeginRow(1);
        buffer.AppendField(Text, "third"u8);
        Assert.Equal([.. before, 0, 1, 0, 0, 0, 5, .. "third"u8], buffer.Written.ToArray());
    }

    [Fact]
    public void A_large_field_grows_the_buffer_and_can_be_taken_back()
    {
        var large = Encoding.ASCII.GetBytes(new string('x', 1_000_000));
        var buffer = new BinaryTuples();
        buffer.BeginRow(1);
        buffer.AppendField(Text, "first"u8);
        var before = buffer.Written.ToArray();

        buffer.BeginRow(2);
        buffer.AppendField(Text, large);
        buffer.AppendField(Integer, "x"u8);
        buffer.TakeBackRow();
        Assert.Equal(before, buffer.Written.ToArray());

        buffer.BeginRow(1);
        buffer.AppendField(Text, large);
        Assert.Equal([.. before, 0, 1, 0, 15, 66, 64, .. large], buffer.Written.ToArray());
    }

    [Fact]
    public void Fields_of_every_size_up_to_the_edge_of_the_buffer_fit()
    {
        for (var size = (2 * CopyBuffer.ChunkBytes) - 40; size < (2 * CopyBuffer.ChunkBytes) + 10; size++)
        {
            var buffer = new BinaryTuples();
            buffer.BeginRow(2);
            buffer.AppendField(Text, new byte[size].AsSpan().ToArray().Select(_ => (byte)'x').ToArray());
            buffer.AppendField(Integer, "7"u8);
            buffer.AppendTrailer();

            Assert.Equal(Header.Length + 2 + 4 + size + 8 + 2, buffer.Written.Length);
        }
    }

    [Fact]
    public void A_chunk_is_full_at_64_KB_and_begins_without_a_signature_after_it_was_sent()
    {
        var buffer = new BinaryTuples();
        Assert.False(buffer.IsChunk);
        buffer.BeginRow(1);
        buffer.AppendField(Text, Enumerable.Repeat((byte)'x', CopyBuffer.ChunkBytes).ToArray());
        Assert.True(buffer.IsChunk);

        buffer.Clear();
        Assert.False(buffer.IsChunk);
        buffer.AppendTrailer();
        Assert.Equal([0xFF, 0xFF], buffer.Written.ToArray());
    }
}
