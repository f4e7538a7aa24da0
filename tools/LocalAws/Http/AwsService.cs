namespace EtlWorker.StandIns.Http;

/// <summary>Which of the three services a request is for; they share one port.</summary>
public enum AwsService
{
    S3,
    Sqs,
    Sns,
}
