namespace EtlWorker.Faults;

/// <summary>What an answer of S3, SQS or SNS means, whoever asked.</summary>
internal enum AwsFaultKind
{
    /// <summary>The same question may be answered later: no connection, a server in trouble, throttling, a token run out.</summary>
    Passing,

    /// <summary>The request was dated too early or too late: this machine's clock is wrong, and will be set right.</summary>
    Clock,

    /// <summary>The role lacks a right, or AWS does not know the keys.</summary>
    Denied,

    /// <summary>A KMS key cannot be used.</summary>
    Key,

    /// <summary>The bucket or the queue is in another region.</summary>
    Region,

    /// <summary>There is no such bucket.</summary>
    NoBucket,

    /// <summary>There is no such queue.</summary>
    NoQueue,

    /// <summary>The version asked for is no more: deleted, overwritten, or hidden by a delete marker.</summary>
    Changed,

    /// <summary>Nothing is there, and the answer does not say what is missing: a HEAD's 404 has no body.</summary>
    Missing,

    /// <summary>The object is archived.</summary>
    Archived,

    /// <summary>Refused for another reason: trying again would end the same way.</summary>
    Refused,
}
