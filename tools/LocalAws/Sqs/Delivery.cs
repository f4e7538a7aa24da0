namespace EtlWorker.StandIns.Sqs;

/// <summary>One receive of a message, as it was at that moment.</summary>
internal sealed record Delivery(QueueMessage Message, string Receipt, int ReceiveCount, DateTimeOffset FirstReceivedAt);
