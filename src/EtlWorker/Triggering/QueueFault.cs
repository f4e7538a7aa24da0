using System.Text.RegularExpressions;
using Amazon.Runtime;
using Amazon.SQS.Model;
using EtlWorker.Faults;

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
        _ => (fault is QueueDoesNotExistException ? AwsFaultKind.NoQueue : AwsFault.Classify(fault)) switch
        {
            AwsFaultKind.NoQueue => ("it does not exist", "Create it or correct QUEUE__URL."),
            AwsFaultKind.Key => (
                $"its KMS key cannot be used ({CodeOf(fault)})", "Enable the key, and give the worker's role kms:Decrypt on it."),
            AwsFaultKind.Clock => (
                $"this machine's clock is wrong ({CodeOf(fault)})", "Set the clock right: timedatectl, systemctl restart chronyd."),
            AwsFaultKind.Denied => ($"access denied ({CodeOf(fault)})", Rights),
            null or AwsFaultKind.Passing => null,
            _ => (
                $"SQS refused the request: {CodeOf(fault)} {fault.Message}", "Check QUEUE__URL, AWS_REGION and the worker's role."),
        },
    };

    private static string? CodeOf(Exception fault) => (fault as AmazonServiceException)?.ErrorCode;

    /// <summary>The region that a queue's URL names; null for an endpoint of another form.</summary>
    private static string? RegionOf(Uri url) =>
        Endpoint().Match(url.Host) is { Success: true } match ? match.Groups["region"].Value : null;

    [GeneratedRegex(@"\A(?:sqs(?:-fips)?\.(?<region>[a-z0-9-]+)|(?<region>[a-z0-9-]+)\.queue)\.amazonaws\.com(?:\.cn)?\z")]
    private static partial Regex Endpoint();
}
