namespace EtlWorker.StandIns.Http;

/// <summary>A refusal in AWS's terms; each service writes it in its own wire format.</summary>
internal sealed class AwsFailure(int status, string code, string message) : Exception(message)
{
    public int Status { get; } = status;

    public string Code { get; } = code;

    /// <summary>Response headers that belong to the refusal, such as <c>x-amz-delete-marker</c>.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();
}
