using System.Text.Json;
using EtlWorker.StandIns.Http;

namespace EtlWorker.StandIns.S3;

/// <summary>What a bucket's policy allows everybody, for requests without a signature. Others may do everything.</summary>
/// <param name="actions">The actions that a statement allows the principal <c>*</c>, on whatever of the bucket.</param>
internal sealed class BucketPolicy(IReadOnlySet<string> actions)
{
    private bool MayList => actions.Contains("s3:ListBucket");

    /// <exception cref="AwsFailure">The policy is no JSON of that form.</exception>
    public static async Task<BucketPolicy> ReadAsync(S3Request request)
    {
        try
        {
            using var document = await JsonDocument.ParseAsync(request.Context.Request.Body, default, request.Aborted);
            return new BucketPolicy(document.RootElement.GetProperty("Statement").EnumerateArray()
                .Where(statement => statement.GetProperty("Effect").GetString() == "Allow")
                .Where(statement => IsEverybody(statement.GetProperty("Principal")))
                .SelectMany(statement => Texts(statement.GetProperty("Action"))).ToHashSet(StringComparer.Ordinal));
        }
        catch (Exception malformed) when (malformed is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new AwsFailure(400, "MalformedPolicy", "Policies must be valid JSON and the first byte must be '{'");
        }
    }

    /// <summary>Refuses what an unsigned request may not do.</summary>
    /// <param name="request">The request.</param>
    /// <param name="isThere">Whether the object that it is about is there.</param>
    public void Check(S3Request request, Func<bool> isThere)
    {
        var isSigned = request.Header("Authorization") is not null || request.Has("X-Amz-Signature");
        var isAllowed = request switch
        {
            { Method: not ("GET" or "HEAD") } => false,
            { Key: "" } => MayList,
            // Who may not list is not told that there is nothing.
            _ => actions.Contains(request.VersionId is null ? "s3:GetObject" : "s3:GetObjectVersion") && (MayList || isThere()),
        };
        if (!isSigned && !isAllowed)
            throw new AwsFailure(403, "AccessDenied", "Access Denied");
    }

    private static bool IsEverybody(JsonElement principal) => principal.ValueKind == JsonValueKind.String
        ? principal.GetString() == "*"
        : principal.TryGetProperty("AWS", out var account) && Texts(account).Contains("*");

    private static IEnumerable<string> Texts(JsonElement value) => value.ValueKind == JsonValueKind.Array
        ? value.EnumerateArray().Select(item => item.GetString()!)
        : [value.GetString()!];
}
