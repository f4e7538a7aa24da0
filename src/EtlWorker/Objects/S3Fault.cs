using System.Net;
using Amazon.Runtime;
using EtlWorker.Domain.Runs;
using EtlWorker.Faults;

namespace EtlWorker.Objects;

/// <summary>What an answer of S3 means for a run, and what the operator should do.</summary>
internal static class S3Fault
{
    /// <param name="fault">What a call ended with.</param>
    /// <param name="bucket">The bucket that was asked; S3 does not name one that does not exist.</param>
    /// <returns>Null for what is no answer of S3, and no fault of the SDK.</returns>
    public static Fault? Of(Exception fault, string bucket) => fault switch
    {
        AmazonServiceException service => Of(service, bucket),
        AmazonClientException => new Fault(FaultKind.Passing, FaultClassifier.CauseOf(fault), ""),
        _ => null,
    };

    private static Fault Of(AmazonServiceException service, string bucket) => AwsFault.Classify(service) switch
    {
        AwsFaultKind.Clock => new Fault(FaultKind.Passing,
            $"AWS refused a request because this machine's clock is wrong ({service.ErrorCode})",
            "Set the clock right: timedatectl, systemctl restart chronyd."),
        AwsFaultKind.NoBucket => new Fault(FaultKind.Permanent,
            $"S3: the bucket does not exist: {bucket}",
            "Create it, or correct PIPELINE__BUCKET (where files land) or PIPELINE__RESULTSBUCKET (where results go), "
                + "and restart the service."),
        AwsFaultKind.Archived => new Fault(FaultKind.Permanent,
            "S3: the object is archived, in Glacier or a class like it (InvalidObjectState)",
            "Restore it (aws s3api restore-object), or drop the file again; let no lifecycle rule archive what is still to be loaded.")
        {
            IsOfContents = true,
        },
        AwsFaultKind.Key => new Fault(FaultKind.Permanent,
            $"S3: the KMS key of the object or of the bucket cannot be used ({service.ErrorCode})",
            "Enable the key, or cancel its deletion; give the worker's role kms:Decrypt on it, and kms:GenerateDataKey for the results."),
        AwsFaultKind.Region => new Fault(FaultKind.Permanent,
            $"S3: the bucket is in another region ({service.ErrorCode}): {service.Message}",
            "Set AWS_REGION to the bucket's; bucket, queue and worker belong into one region."),
        // 405 is a delete marker to whoever reads a version, which is distinguished before; a write is refused with it.
        AwsFaultKind.Changed or AwsFaultKind.Missing when service.StatusCode != HttpStatusCode.MethodNotAllowed => new Fault(
            FaultKind.Permanent,
            $"S3: the object was deleted or overwritten after its event ({service.ErrorCode})", "Drop the file again."),
        AwsFaultKind.Denied => new Fault(FaultKind.Permanent,
            $"access denied ({service.ErrorCode})",
            "Give the worker's role the right to list the landing bucket, to read its object versions and to write the results."),
        AwsFaultKind.Passing => new Fault(FaultKind.Passing, $"AWS answered {(int)service.StatusCode} {service.ErrorCode}", ""),
        _ => new Fault(FaultKind.Permanent,
            $"AWS refused the request: {service.ErrorCode} {service.Message}", "Check region, bucket and keys in the configuration."),
    };
}
