using System.Collections.Concurrent;
using EtlWorker.StandIns.Http;

namespace EtlWorker.StandIns.S3;

/// <summary>All buckets of the account.</summary>
internal sealed class BucketDirectory(TimeProvider clock)
{
    private readonly ConcurrentDictionary<string, Bucket> _buckets = new();

    public IEnumerable<Bucket> All => _buckets.Values.OrderBy(bucket => bucket.Name, StringComparer.Ordinal);

    public Bucket Create(string name)
    {
        var bucket = new Bucket(name, clock);
        if (name.Length is < 3 or > 63
            || !name.All(letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter is '-' or '.'))
            throw new AwsFailure(400, "InvalidBucketName", "The specified bucket is not valid.");
        return _buckets.TryAdd(name, bucket)
            ? bucket
            : throw new AwsFailure(409, "BucketAlreadyOwnedByYou", "You already own the bucket.");
    }

    /// <returns>Null where there is none.</returns>
    public Bucket? Find(string name) => _buckets.GetValueOrDefault(name);

    public Bucket Get(string name) => _buckets.TryGetValue(name, out var bucket)
        ? bucket
        : throw new AwsFailure(404, "NoSuchBucket", "The specified bucket does not exist");

    public void Delete(string name)
    {
        if (!Get(name).IsEmpty)
            throw new AwsFailure(409, "BucketNotEmpty", "The bucket you tried to delete is not empty");
        _buckets.TryRemove(name, out _);
    }
}
