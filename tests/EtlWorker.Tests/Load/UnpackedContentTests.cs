using System.IO.Compression;
using System.Text;
using EtlWorker.Domain.Runs;
using EtlWorker.Load;
using Xunit;

namespace EtlWorker.Tests.Load;

public sealed class UnpackedContentTests
{
    private static readonly byte[] Text = Encoding.UTF8.GetBytes(
        string.Concat(Enumerable.Range(0, 20_000).Select(number => $"{number},{number * 7919 % 10007}\n")));
    private static readonly byte[] Packed = Pack(Text);

    [Fact]
    public async Task A_packed_file_is_what_it_held_and_so_are_two_in_one()
    {
        var (one, two) = (await UnpackAsync(Packed), await UnpackAsync([.. Packed, .. Packed]));

        Assert.Equal(Text, one);
        Assert.Equal([.. Text, .. Text], two);
    }

    [Fact]
    public async Task A_file_cut_off_anywhere_fails_and_never_just_ends()
    {
        foreach (var length in Enumerable.Range(1, 40).Concat([Packed.Length / 3, Packed.Length / 2]).Concat(
            Enumerable.Range(Packed.Length - 12, 12)))
        {
            var failed = await Assert.ThrowsAsync<RunFailedException>(() => UnpackAsync(Packed[..length]));
            Assert.StartsWith("in/feed.csv.gz is no gzip file, or it is damaged or cut off", failed.Message, StringComparison.Ordinal);
        }

        await Assert.ThrowsAsync<RunFailedException>(() => UnpackAsync([.. Packed, .. Packed[..^5]]));
    }

    [Fact]
    public async Task A_damaged_file_and_one_that_is_not_packed_fail()
    {
        byte[] damaged = [.. Packed];
        damaged[^6] ^= 1;
        await Assert.ThrowsAsync<RunFailedException>(() => UnpackAsync(damaged));
        await Assert.ThrowsAsync<RunFailedException>(() => UnpackAsync(Text));
    }

    [Fact]
    public async Task A_small_file_that_unpacks_to_more_than_allowed_is_stopped_there()
    {
        var bomb = Pack(new byte[50 << 20]);
        Assert.True(bomb.Length < 100_000);

        var failed = await Assert.ThrowsAsync<RunFailedException>(() => UnpackAsync(bomb, 1 << 20));

        Assert.Equal("in/feed.csv.gz unpacks to more than 1,048,576 bytes", failed.Message);
        Assert.Equal(Text.Length, (await UnpackAsync(Packed, Text.Length)).Length);
        await Assert.ThrowsAsync<RunFailedException>(() => UnpackAsync(Packed, Text.Length - 1));
    }

    private static byte[] Pack(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            gzip.Write(bytes);
        }

        return packed.ToArray();
    }

    private static async Task<byte[]> UnpackAsync(byte[] packed, long most = long.MaxValue)
    {
        await using var content = new UnpackedContent(new SlowStream(packed, 1000), most, "in/feed.csv.gz");
        using var whole = new MemoryStream();
        await content.CopyToAsync(whole);
        return whole.ToArray();
    }
}
