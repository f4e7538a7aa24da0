using System.Net;
using System.Net.Sockets;
using Amazon.Runtime;

namespace EtlWorker.Objects;

/// <summary>What a fault says of the object that was being read.</summary>
internal static class ReadFault
{
    /// <summary>
    /// The version asked for is no more: deleted, overwritten, or hidden by a delete marker (404, by its version id 405).
    /// Where the role lacks s3:ListBucket, S3 answers 403 for a missing key: that stays an access denied.
    /// </summary>
    public static bool IsChanged(Exception fault) => fault is AmazonServiceException service && service.StatusCode switch
    {
        HttpStatusCode.NotFound => service.ErrorCode is "NoSuchKey" or "NoSuchVersion",
        HttpStatusCode.MethodNotAllowed or HttpStatusCode.PreconditionFailed => true,
        _ => false,
    };

    /// <summary>The request was dated too early or too late: this machine's clock is wrong, and will be set right.</summary>
    public static bool IsOfClock(AmazonServiceException fault) => fault.ErrorCode is "RequestTimeTooSkewed" or "RequestExpired" or "RequestInTheFuture"
        || (fault.ErrorCode is "SignatureDoesNotMatch" or "InvalidSignatureException"
            && (fault.Message.Contains("Signature expired", StringComparison.Ordinal) || fault.Message.Contains("not yet current", StringComparison.Ordinal)));

    /// <summary>
    /// The same question may be answered a little later: a broken connection, a server in trouble, throttling. A
    /// cancellation counts, for it may be an HTTP client's time limit; the caller knows its own.
    /// </summary>
    public static bool IsPassing(Exception fault) => fault switch
    {
        AmazonServiceException service when IsOfClock(service) => true,
        AmazonServiceException service => service.StatusCode switch
        {
            HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests => true,
            HttpStatusCode.BadRequest => service.ErrorCode is "RequestTimeout" or "ExpiredToken" or "TokenRefreshRequired"
                || (service.ErrorCode?.Contains("Throttl", StringComparison.Ordinal) ?? false),
            >= HttpStatusCode.BadRequest and < HttpStatusCode.InternalServerError => false,
            _ => true,
        },
        AmazonClientException or IOException or HttpRequestException or SocketException or TimeoutException or OperationCanceledException => true,
        _ => false,
    };
}
