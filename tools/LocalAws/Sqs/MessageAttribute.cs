namespace EtlWorker.StandIns.Sqs;

/// <summary>A user attribute of an SQS or SNS message; exactly one of the two values is set.</summary>
internal sealed record MessageAttribute(string DataType, string? StringValue, byte[]? BinaryValue);
