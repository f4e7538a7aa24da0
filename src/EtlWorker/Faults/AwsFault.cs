using System.Net;
using System.Net.Sockets;
using Amazon.Runtime;
using Polly;

namespace EtlWorker.Faults;

/// <summary>The one place that classifies what S3, SQS and SNS answer, and what happens on the way to them.</summary>
/// <remarks>
/// Codes: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html,
/// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/CommonErrors.html.
/// </remarks>
internal static class AwsFault
{
    /// <returns>
    /// Null for a fault that is none of AWS or of the way to it. A cancellation counts as passing, for it may be an HTTP client's time
    /// limit; the caller knows its own.
    /// </returns>
    public static AwsFaultKind? Classify(Exception fault) => fault switch
    {
        AmazonServiceException service => Classify(service),
        AmazonClientException or IOException or HttpRequestException or SocketException or TimeoutException or OperationCanceledException
            or ExecutionRejectedException => AwsFaultKind.Passing,
        _ => null,
    };

    /// <summary>Whether the fault passes by itself.</summary>
    public static bool IsPassing(Exception fault) => Classify(fault) is AwsFaultKind.Passing or AwsFaultKind.Clock;

    private static AwsFaultKind Classify(AmazonServiceException service) => service switch
    {
        _ when IsOfClock(service) => AwsFaultKind.Clock,
        _ when IsPassingCode(service.ErrorCode) => AwsFaultKind.Passing,
        { ErrorCode: "NoSuchBucket" } => AwsFaultKind.NoBucket,
        { ErrorCode: "QueueDoesNotExist" or "AWS.SimpleQueueService.NonExistentQueue" } => AwsFaultKind.NoQueue,
        { ErrorCode: "InvalidObjectState" } => AwsFaultKind.Archived,
        { ErrorCode: "PermanentRedirect" or "AuthorizationHeaderMalformed" or "IllegalLocationConstraintException" } => AwsFaultKind.Region,
        _ when IsOfKey(service) => AwsFaultKind.Key,
        { StatusCode: HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden } => AwsFaultKind.Denied,
        { ErrorCode: { } code } when code.Contains("AccessDenied", StringComparison.Ordinal)
            || code is "InvalidClientTokenId" or "UnrecognizedClientException" or "SignatureDoesNotMatch" => AwsFaultKind.Denied,
        { ErrorCode: "NoSuchKey" or "NoSuchVersion" } => AwsFaultKind.Changed,
        _ => service.StatusCode switch
        {
            // By its version id a delete marker answers 405.
            HttpStatusCode.MethodNotAllowed or HttpStatusCode.PreconditionFailed => AwsFaultKind.Changed,
            HttpStatusCode.NotFound => AwsFaultKind.Missing,
            HttpStatusCode.RequestTimeout or HttpStatusCode.Conflict or HttpStatusCode.TooManyRequests => AwsFaultKind.Passing,
            >= HttpStatusCode.BadRequest and < HttpStatusCode.InternalServerError => AwsFaultKind.Refused,
            _ => AwsFaultKind.Passing,
        },
    };

    private static bool IsPassingCode(string? code) => code is not null
        && (code is "RequestTimeout" or "ExpiredToken" or "ExpiredTokenException" or "TokenRefreshRequired"
            || code.Contains("Throttl", StringComparison.Ordinal));

    private static bool IsOfClock(AmazonServiceException fault) =>
        fault.ErrorCode is "RequestTimeTooSkewed" or "RequestExpired" or "RequestInTheFuture"
        || (fault.ErrorCode is "SignatureDoesNotMatch" or "InvalidSignatureException"
            && (fault.Message.Contains("Signature expired", StringComparison.Ordinal)
                || fault.Message.Contains("not yet current", StringComparison.Ordinal)));

    private static bool IsOfKey(AmazonServiceException service) =>
        service.StatusCode < HttpStatusCode.InternalServerError
        && (service.ErrorCode?.StartsWith("KMS", StringComparison.OrdinalIgnoreCase) == true
            || service.Message.Contains("kms:", StringComparison.Ordinal));
}
