using System.Text.RegularExpressions;
using Amazon.Runtime;
using Amazon.SQS.Model;
using EtlWorker.Domain.Runs;
using EtlWorker.Faults;

namespace EtlWorker.Intake;

/// <summary>Why the queue cannot be read and what the operator should do.</summary>
internal static partial class QueueFault
{
    private const string Rights =
        "Give the worker's role sqs:ReceiveMessage, sqs:DeleteMessage and sqs:ChangeMessageVisibility on it, and kms:Decrypt on its key.";

    /// <returns>Permanent where waiting does not help; null for what is no answer of SQS, and not the way to it.</returns>
    public static Fault? Of(Exception fault, QueueOptions queue) => fault switch
    {
        _ when fault is AmazonServiceException && RegionOf(queue.Url) is { } region && queue.Region is { } asked && asked != region =>
            Permanent($"it is in {region}, and the worker asks in {asked}",
                $"Set AWS_REGION={region}; bucket, queue and worker belong into one region."),
        _ => (fault is QueueDoesNotExistException ? AwsFaultKind.NoQueue : AwsFault.Classify(fault)) switch
        {
            null => null,
            AwsFaultKind.Passing => new Fault(FaultKind.Passing, fault.Message, ""),
            AwsFaultKind.NoQueue => Permanent("it does not exist", "Create it or correct QUEUE__URL."),
            AwsFaultKind.Key => Permanent(
                $"its KMS key cannot be used ({CodeOf(fault)})", "Enable the key, and give the worker's role kms:Decrypt on it."),
            AwsFaultKind.Clock => Permanent(
                $"this machine's clock is wrong ({CodeOf(fault)})", "Set the clock right: timedatectl, systemctl restart chronyd."),
            AwsFaultKind.Denied => Permanent($"access denied ({CodeOf(fault)})", Rights),
            _ => Permanent(
                $"SQS refused the request: {CodeOf(fault)} {fault.Message}", "Check QUEUE__URL, AWS_REGION and the worker's role."),
        },
    };

    private static Fault Permanent(string cause, string remedy) => new(FaultKind.Permanent, cause, remedy);

    private static string? CodeOf(Exception fault) => (fault as AmazonServiceException)?.ErrorCode;

    /// <summary>The region that a queue's URL names; null for an endpoint of another form.</summary>
    private static string? RegionOf(Uri url) =>
        Endpoint().Match(url.Host) is { Success: true } match ? match.Groups["region"].Value : null;

    [GeneratedRegex(@"\A(?:sqs(?:-fips)?\.(?<region>[a-z0-9-]+)|(?<region>[a-z0-9-]+)\.queue)\.amazonaws\.com(?:\.cn)?\z")]
    private static partial Regex Endpoint();
}
