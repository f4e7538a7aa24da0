namespace EtlWorker.StandIns.Http;

/// <summary>What a fault rule sees of a request.</summary>
/// <param name="Service">The service asked.</param>
/// <param name="Operation">The action for SQS and SNS (<c>ReceiveMessage</c>), the HTTP method for S3 (<c>GET</c>).</param>
/// <param name="Target">The raw request target, still percent-encoded: <c>/bucket/key?versionId=..</c></param>
public sealed record AwsRequest(AwsService Service, string Operation, string Target);
