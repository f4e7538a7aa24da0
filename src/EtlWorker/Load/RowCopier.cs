using EtlWorker.Domain.Rows;
using EtlWorker.Domain.Runs;

namespace EtlWorker.Load;

/// <summary>Sends a file's good rows to the server and the others to the log, one after the other: the loop that loading is.</summary>
internal sealed class RowCopier(CsvRecords records, RowEncoder encoder, CopyBuffer buffer, RejectLog rejects)
{
    /// <returns>Rows copied.</returns>
    /// <exception cref="RunFailedException">More rows are refused than the feed allows, or the file cannot be read to its end.</exception>
    /// <exception cref="Exception">The server refuses a row that we did not: <see cref="Storage.ServerError"/> says with what.</exception>
    public async Task<long> CopyAsync(FeedCopy copy, CancellationToken cancellationToken)
    {
        long copied = 0;
        while (await records.ReadAsync(cancellationToken))
        {
            // Counted here alone, and what became of it elsewhere: read = loaded + refused is then no matter of course.
            rejects.Read += records.RowCount;
            var refused = encoder.Encode(out var column);
            if (refused != RejectCode.None)
            {
                if (rejects.Hints.IsOpen)
                {
                    rejects.Hints.BeginRow(rejects.Read);
                    encoder.Witness(rejects.Hints, refused, column);
                }

                await rejects.RefuseAsync(rejects.Keeps ? encoder.Describe(refused, column) : null, records.RowCount, cancellationToken);
                continue;
            }

            copied++;
            if (buffer.IsChunk)
            {
                await copy.WriteAsync(buffer.Written, cancellationToken);
                buffer.Clear();
            }
        }

        buffer.AppendTrailer();
        await copy.WriteAsync(buffer.Written, cancellationToken);
        await copy.CompleteAsync(cancellationToken);
        return copied;
    }
}
