using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;
using EtlWorker.Domain.Runs;
using EtlWorker.Objects;

namespace EtlWorker.Load;

/// <summary>
/// What a gzip file holds, as it is read, and no more of it than the feed allows: a small file may unpack to any size. Every byte of the
/// file
/// is accounted for: the runtime's own gzip stream passes over whatever stands behind the last member.
/// </summary>
/// <remarks>RFC 1952: members of a header, deflated data, CRC-32 and length, one behind the other.</remarks>
/// <param name="packed">The file's bytes; left open.</param>
/// <param name="mostBytes">The most that it may unpack to.</param>
/// <param name="file">The object's key, for messages.</param>
internal sealed class UnpackedContent(Stream packed, long mostBytes, string file) : ForwardStream
{
    private const int FixedHeader = 10;
    private const int TrailerBytes = 8;
    private const byte Deflate = 8;
    private const byte HasChecksum = 2, HasExtra = 4, HasName = 8, HasComment = 16, Reserved = 0xE0;

    private readonly GzipSource _source = new(packed);
    private readonly byte[] _trailer = new byte[TrailerBytes];
    private DeflateStream? _member;
    private Crc32 _checksum = new();
    private long _memberBytes;
    private long _unpacked;
    private bool _ended;

    /// <exception cref="RunFailedException">The file is no gzip, damaged, cut off, has something behind it, or unpacks to too
    /// much.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.IsEmpty)
        {
            return 0;
        }

        while (!_ended)
        {
            _member ??= await OpenMemberAsync(cancellationToken);
            if (_member is null)
            {
                _ended = true;
                break;
            }

            var read = await InflateAsync(_member, buffer, cancellationToken);
            if (read > 0)
            {
                return Counted(buffer.Span[..read]);
            }

            await EndMemberAsync(cancellationToken);
        }

        return 0;
    }

    private static bool IsMember(ReadOnlySpan<byte> bytes) => bytes is [0x1F, 0x8B, ..];

    private int Counted(ReadOnlySpan<byte> read)
    {
        _checksum.Append(read);
        _memberBytes += read.Length;
        _unpacked += read.Length;
        return _unpacked <= mostBytes
            ? read.Length
            : throw new RunFailedException($"{file} unpacks to more than {mostBytes:N0} bytes",
                "If that is right, raise \"maxUnpackedBytes\" of the feed in the definition; then drop the file again.");
    }

    private async ValueTask<int> InflateAsync(DeflateStream member, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        try
        {
            return await member.ReadAsync(buffer, cancellationToken);
        }
        catch (InvalidDataException fault)
        {
            throw Damaged(fault);
        }
    }

    /// <returns>Null at the end of the file.</returns>
    private async ValueTask<DeflateStream?> OpenMemberAsync(CancellationToken cancellationToken)
    {
        var isFirst = _source.Taken == 0;
        while (!isFirst && await _source.PeekAsync(1, cancellationToken) is { Length: 1 } next && next.Span[0] == 0)
        {
            // Tapes and block devices fill up their last block.
            _source.Skip(1);
        }

        var header = await _source.PeekAsync(FixedHeader, cancellationToken);
        if (header.IsEmpty && !isFirst)
        {
            return null;
        }

        if (!isFirst && !IsMember(header.Span))
        {
            throw new RunFailedException(
                $"{file}: more follows behind its gzip data, at byte {_source.Taken + 1:N0}, which would not be loaded",
                "See how the file is written; pack it as a whole and drop it again.");
        }

        if (header.Length < FixedHeader || !IsMember(header.Span) || header.Span[2] != Deflate || (header.Span[3] & Reserved) != 0)
        {
            throw Damaged();
        }

        var flags = header.Span[3];
        _source.Skip(FixedHeader);
        await SkipExtraAsync(flags, cancellationToken);
        (_checksum, _memberBytes) = (new Crc32(), 0);
        return new DeflateStream(_source, CompressionMode.Decompress, leaveOpen: true);
    }

    private async ValueTask SkipExtraAsync(byte flags, CancellationToken cancellationToken)
    {
        if ((flags & HasExtra) != 0)
        {
            var length = BinaryPrimitives.ReadUInt16LittleEndian((await TakeAsync(sizeof(ushort), cancellationToken)).Span);
            for (var left = (int)length; left > 0; left--)
            {
                await TakeAsync(1, cancellationToken);
            }
        }

        foreach (var text in new[] { HasName, HasComment })
        {
            while ((flags & text) != 0 && (await TakeAsync(1, cancellationToken)).Span[0] != 0)
            {
            }
        }

        if ((flags & HasChecksum) != 0)
        {
            await TakeAsync(sizeof(ushort), cancellationToken);
        }
    }

    /// <returns>Valid until the source is read again.</returns>
    private async ValueTask<ReadOnlyMemory<byte>> TakeAsync(int count, CancellationToken cancellationToken)
    {
        var bytes = await _source.PeekAsync(count, cancellationToken);
        if (bytes.Length < count)
        {
            throw Damaged();
        }

        _source.Skip(count);
        return bytes;
    }

    /// <summary>Finds the checksum and the length of what was inflated, which end the member.</summary>
    private async ValueTask EndMemberAsync(CancellationToken cancellationToken)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(_trailer, _checksum.GetCurrentHashAsUInt32());
        BinaryPrimitives.WriteUInt32LittleEndian(_trailer.AsSpan(sizeof(uint)), (uint)_memberBytes);
        if (!await _source.GoBehindAsync(_trailer, cancellationToken))
        {
            throw Damaged();
        }

        await _member!.DisposeAsync();
        _member = null;
    }

    private RunFailedException Damaged(Exception? fault = null) => new(
        $"{file} is no gzip file, or it is damaged or cut off, after {_unpacked:N0} unpacked bytes",
        "Pack and drop it again; where a feed's files are not packed, set \"compression\": \"none\".", fault);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _member?.Dispose();
        }

        base.Dispose(disposing);
    }
}
