using System.Net;
using System.Text.RegularExpressions;
using Amazon.Runtime;
using Amazon.SQS.Model;

namespace EtlWorker.Triggering;

/// <summary>Why the queue cannot be read where waiting does not mend it, and what the operator should do.</summary>
internal static partial class QueueFault
{
    private const string Rights =
        "Give the worker's role sqs:ReceiveMessage, sqs:DeleteMessage and sqs:ChangeMessageVisibility on it, and kms:Decrypt on its key.";

    /// <returns>Cause and remedy; null for what passes, or is no answer of the service's.</returns>
    public static (string Cause, string Remedy)? Explain(Exception fault, QueueOptions queue) => fault switch
    {
        _ when fault is AmazonServiceException && RegionOf(queue.Url) is { } region && queue.Region is { } asked && asked != region => (
            $"it is in {region}, and the worker asks in {asked}",
            $"Set AWS_REGION={region}; bucket, queue and worker belong into one region."),
        QueueDoesNotExistException => ("it does not exist", "Create it or correct QUEUE__URL."),
        AmazonServiceException { ErrorCode: { } code } service when code.StartsWith("KMS", StringComparison.OrdinalIgnoreCase) => (
            $"its KMS key cannot be used ({service.ErrorCode})", "Enable the key, and give the worker's role kms:Decrypt on it."),
        AmazonServiceException late when late.ErrorCode is "RequestTimeTooSkewed" or "RequestExpired"
            || late.Message.Contains("Signature expired", StringComparison.Ordinal)
            || late.Message.Contains("Signature not yet current", StringComparison.Ordinal) => (
            $"this machine's clock is wrong ({late.ErrorCode})", "Set the clock right: timedatectl, systemctl restart chronyd."),
        AmazonServiceException { StatusCode: HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized } denied => (
            $"access denied ({denied.ErrorCode})",
            Rights),
        AmazonServiceException { ErrorCode: { } code } denied when code.Contains("AccessDenied", StringComparison.Ordinal)
            || code is "InvalidClientTokenId" or "UnrecognizedClientException" or "SignatureDoesNotMatch" => (
            $"access denied ({denied.ErrorCode})",
            Rights),
        _ => null,
    };

    /// <summary>The region that a queue's URL names; null for an endpoint of another form.</summary>
    private static string? RegionOf(Uri url) =>
        Endpoint().Match(url.Host) is { Success: true } match ? match.Groups["region"].Value : null;

    [GeneratedRegex(@"\A(?:sqs(?:-fips)?\.(?<region>[a-z0-9-]+)|(?<region>[a-z0-9-]+)\.queue)\.amazonaws\.com(?:\.cn)?\z")]
    private static partial Regex Endpoint();
}
