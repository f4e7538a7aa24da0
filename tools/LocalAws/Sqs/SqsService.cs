using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using EtlWorker.StandIns.Http;

namespace EtlWorker.StandIns.Sqs;

/// <summary>SQS in its JSON protocol: one action a request, named by X-Amz-Target.</summary>
internal sealed class SqsService(QueueDirectory queues, CancellationToken stopping) : IWireProtocol
{
    // Clients written against the old query protocol know some errors by other names; AWS sends those along.
    private static readonly Dictionary<string, string> QueryProtocolCodes = new()
    {
        ["QueueDoesNotExist"] = "AWS.SimpleQueueService.NonExistentQueue",
        ["MessageNotInflight"] = "AWS.SimpleQueueService.MessageNotInflight",
        ["QueueNameExists"] = "QueueAlreadyExists",
    };

    public async Task HandleAsync(HttpContext context, AwsRequest request)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
        var input = await JsonNode.ParseAsync(context.Request.Body, cancellationToken: either.Token) as JsonObject ?? [];
        var output = await AnswerAsync(request.Operation, input, either.Token);
        await WriteAsync(context, 200, output);
    }

    public Task RefuseAsync(HttpContext context, AwsFailure failure)
    {
        var fault = failure.Status < 500 ? "Sender" : "Receiver";
        context.Response.Headers["x-amzn-query-error"] = $"{QueryProtocolCodes.GetValueOrDefault(failure.Code, failure.Code)};{fault}";
        return WriteAsync(context, failure.Status, new JsonObject
        {
            ["__type"] = "com.amazonaws.sqs#" + failure.Code,
            ["message"] = failure.Message,
        });
    }

    private static async Task WriteAsync(HttpContext context, int status, JsonObject output)
    {
        var bytes = Encoding.UTF8.GetBytes(Json.Text(output));
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/x-amz-json-1.0";
        context.Response.ContentLength = bytes.Length;
        await context.Response.Body.WriteAsync(bytes, context.RequestAborted);
    }

    private async Task<JsonObject> AnswerAsync(string action, JsonObject input, CancellationToken cancellationToken) => action switch
    {
        "CreateQueue" => new() { ["QueueUrl"] = queues.Create(Text(input, "QueueName"), Strings(input["Attributes"])).Url },
        "GetQueueUrl" => new() { ["QueueUrl"] = queues.Named(Text(input, "QueueName")).Url },
        "ListQueues" => ListQueues(input),
        "DeleteQueue" => Done(() => queues.Delete(Queue(input))),
        "PurgeQueue" => Done(() => Queue(input).Purge()),
        "GetQueueAttributes" => GetAttributes(Queue(input), input),
        "SetQueueAttributes" => Done(() => Queue(input).Settings.Set(Strings(input["Attributes"]))),
        "SendMessage" => SqsMessages.Send(Queue(input), input),
        "SendMessageBatch" => SqsMessages.Batch(input, entry => SqsMessages.Send(Queue(input), entry)),
        "ReceiveMessage" => await SqsMessages.ReceiveAsync(Queue(input), input, cancellationToken),
        "DeleteMessage" => Done(() => Queue(input).Delete(Text(input, "ReceiptHandle"))),
        "DeleteMessageBatch" => SqsMessages.Batch(input, entry => Done(() => Queue(input).Delete(Text(entry, "ReceiptHandle")))),
        "ChangeMessageVisibility" => Done(() => SqsMessages.ChangeVisibility(Queue(input), input)),
        "ChangeMessageVisibilityBatch" => SqsMessages.Batch(input, entry => Done(() => SqsMessages.ChangeVisibility(Queue(input), entry))),
        _ => throw new AwsFailure(400, "UnsupportedOperation", $"LocalAws does not know the action {action}."),
    };

    private MessageQueue Queue(JsonObject input) => queues.Named(Text(input, "QueueUrl").Split('/')[^1]);

    private JsonObject ListQueues(JsonObject input)
    {
        var prefix = input["QueueNamePrefix"]?.GetValue<string>() ?? "";
        var found = queues.All.Where(queue => queue.Name.StartsWith(prefix, StringComparison.Ordinal));
        return new() { ["QueueUrls"] = new JsonArray([.. found.Select(queue => JsonValue.Create(queue.Url))]) };
    }

    private static JsonObject GetAttributes(MessageQueue queue, JsonObject input)
    {
        var (visible, inFlight, delayed) = queue.Count();
        var all = new Dictionary<string, string>(queue.Settings.Values)
        {
            ["QueueArn"] = queue.Arn,
            ["ApproximateNumberOfMessages"] = visible.ToString(CultureInfo.InvariantCulture),
            ["ApproximateNumberOfMessagesNotVisible"] = inFlight.ToString(CultureInfo.InvariantCulture),
            ["ApproximateNumberOfMessagesDelayed"] = delayed.ToString(CultureInfo.InvariantCulture),
            ["CreatedTimestamp"] = queue.CreatedAt.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture),
        };
        var wanted = SqsMessages.Names(input, "AttributeNames");
        var told = all.Where(attribute => wanted.Contains("All") || wanted.Contains(attribute.Key));
        return new() { ["Attributes"] = new JsonObject(told.Select(item => KeyValuePair.Create(item.Key, (JsonNode?)item.Value))) };
    }

    private static JsonObject Done(Action act)
    {
        act();
        return [];
    }

    private static string Text(JsonObject input, string name) => SqsMessages.Text(input, name);

    private static Dictionary<string, string> Strings(JsonNode? node) =>
        (node as JsonObject)?.ToDictionary(item => item.Key, item => item.Value?.ToString() ?? "") ?? [];
}
