using System.Globalization;
using EtlWorker.StandIns.Faults;

namespace EtlWorker.StandIns.S3;

/// <summary>GET and HEAD of objects, whole or by range.</summary>
internal sealed class ObjectReads(BucketDirectory buckets, FaultPlan faults, TimeProvider clock)
{
    public async Task ReadAsync(S3Request request)
    {
        var bucket = buckets.Get(request.Bucket);
        var stored = bucket.Get(request.Key, request.VersionId);
        Preconditions.Of(request).CheckRead(stored);

        var size = stored.Content.Bytes.Length;
        var range = ByteRange.Parse(request.Header("Range"), size);
        Describe(request, bucket, stored, range);
        if (HttpMethods.IsHead(request.Method))
            return;
        var (from, length) = range is null ? (0, size) : (range.From, range.Length);
        await SendAsync(request, stored.Content.Bytes.AsMemory(from, length));
    }

    private static void Describe(S3Request request, Bucket bucket, StoredObject stored, ByteRange? range)
    {
        var response = request.Context.Response;
        var size = stored.Content.Bytes.Length;
        ObjectWrites.TellStored(request, bucket, stored);
        response.Headers.LastModified = stored.LastModified.ToString("R", CultureInfo.InvariantCulture);
        response.Headers.AcceptRanges = "bytes";
        foreach (var (name, value) in stored.Content.Headers)
            response.Headers[name] = value;
        response.ContentLength = range?.Length ?? size;
        if (range is not null)
        {
            response.StatusCode = StatusCodes.Status206PartialContent;
            response.Headers.ContentRange = string.Create(
                CultureInfo.InvariantCulture, $"bytes {range.From}-{range.From + range.Length - 1}/{size}");
        }
        else if (request.Header("x-amz-checksum-mode") == "ENABLED")
        {
            foreach (var (name, value) in stored.Content.Checksums)
                response.Headers[name] = value;
        }
    }

    // In chunks also without a fault: one big write would copy the whole object into the server's buffers.
    private async Task SendAsync(S3Request request, ReadOnlyMemory<byte> body)
    {
        var fault = faults.TakeBodyFault(request.Request);
        var end = (int)Math.Min(body.Length, fault.CutAfter ?? body.Length);
        // It is the body that is slow, or cut before its first byte: the headers come at once.
        if (fault != BodyFault.None)
            await request.Context.Response.Body.FlushAsync(request.Aborted);
        for (var sent = 0; sent < end;)
        {
            if (fault.Delay > TimeSpan.Zero)
                await Task.Delay(fault.Delay, clock, request.Aborted);
            var count = Math.Min(fault.ChunkBytes, end - sent);
            await request.Context.Response.Body.WriteAsync(body.Slice(sent, count), request.Aborted);
            sent += count;
        }

        // After a cut the answer is shorter than its Content-Length, and for that Kestrel closes the connection.
    }
}
