using System.Text;
using System.Xml.Linq;
using EtlWorker.StandIns.Http;
using EtlWorker.StandIns.Sqs;

namespace EtlWorker.StandIns.Sns;

/// <summary>SNS in its query protocol: a form with an Action in, XML out.</summary>
internal sealed class SnsService(TopicDirectory topics, QueueDirectory queues) : IWireProtocol
{
    private static readonly XNamespace Namespace = "http://sns.amazonaws.com/doc/2010-03-31/";

    public async Task HandleAsync(HttpContext context, AwsRequest request)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        object[] result = request.Operation switch
        {
            "CreateTopic" => [Element("TopicArn", topics.Create(Text(form, "Name")).Arn)],
            "ListTopics" => [Element("Topics", topics.All.Select(topic => Element("member", Element("TopicArn", topic.Arn))))],
            "GetTopicAttributes" => [Describe(topics.Get(Text(form, "TopicArn")))],
            "Subscribe" => [Element("SubscriptionArn", Subscribe(form).Arn)],
            "SetSubscriptionAttributes" => SetAttribute(form),
            "Publish" => [Element("MessageId", await PublishAsync(form, context.RequestAborted))],
            _ => throw new AwsFailure(400, "InvalidAction", $"LocalAws does not know the action {request.Operation}."),
        };
        await WriteAsync(context, 200, Element(
            request.Operation + "Response",
            Element(request.Operation + "Result", result),
            Element("ResponseMetadata", Element("RequestId", context.TraceIdentifier))));
    }

    public Task RefuseAsync(HttpContext context, AwsFailure failure) => WriteAsync(context, failure.Status, Element(
        "ErrorResponse",
        Element(
            "Error",
            Element("Type", failure.Status < 500 ? "Sender" : "Receiver"),
            Element("Code", failure.Code),
            Element("Message", failure.Message)),
        Element("RequestId", context.TraceIdentifier)));

    private static XElement Element(string name, params object?[] content) => new(Namespace + name, content);

    private static async Task WriteAsync(HttpContext context, int status, XElement answer)
    {
        var bytes = Encoding.UTF8.GetBytes(answer.ToString(SaveOptions.DisableFormatting));
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/xml";
        context.Response.ContentLength = bytes.Length;
        await context.Response.Body.WriteAsync(bytes, context.RequestAborted);
    }

    private static XElement Describe(Topic topic)
    {
        XElement Entry(string key, object value) => Element("entry", Element("key", key), Element("value", value));
        return Element(
            "Attributes",
            Entry("TopicArn", topic.Arn),
            Entry("Owner", AwsAccount.Id),
            Entry("SubscriptionsConfirmed", topic.Subscriptions.Count()));
    }

    private Subscription Subscribe(IFormCollection form)
    {
        var topic = topics.Get(Text(form, "TopicArn"));
        var (protocol, endpoint) = (Text(form, "Protocol"), Text(form, "Endpoint"));
        if (protocol is not ("sqs" or "email") || (protocol == "sqs" && queues.ByArn(endpoint) is null))
            throw new AwsFailure(400, "InvalidParameter", $"Invalid parameter: LocalAws cannot deliver to {protocol} {endpoint}");

        var subscription = topic.Subscribe(protocol, endpoint);
        foreach (var entry in Entries(form, "Attributes.entry."))
            Set(subscription, Text(form, entry + "key"), form[entry + "value"].ToString());
        return subscription;
    }

    private object[] SetAttribute(IFormCollection form) =>
        Set(topics.GetSubscription(Text(form, "SubscriptionArn")), Text(form, "AttributeName"), form["AttributeValue"].ToString());

    // Other attributes would change what is delivered; refusing them beats ignoring them.
    private static object[] Set(Subscription subscription, string name, string value)
    {
        if (name != "RawMessageDelivery" || !bool.TryParse(value, out var isRaw))
            throw new AwsFailure(400, "InvalidParameter", $"Invalid parameter: LocalAws does not know {name} {value}");
        subscription.IsRaw = isRaw;
        return [];
    }

    private Task<string> PublishAsync(IFormCollection form, CancellationToken cancellationToken)
    {
        if (form.ContainsKey("MessageStructure"))
            throw new AwsFailure(400, "InvalidParameter", "Invalid parameter: LocalAws does not know MessageStructure");
        var attributes = Entries(form, "MessageAttributes.entry.")
            .ToDictionary(entry => Text(form, entry + "Name"), entry => ReadAttribute(form, entry + "Value."));
        var subject = form.TryGetValue("Subject", out var given) ? given.ToString() : null;
        var publication = new Publication(subject, form["Message"].ToString(), attributes);
        return topics.PublishAsync(topics.Get(Text(form, "TopicArn")), publication, cancellationToken);
    }

    private static MessageAttribute ReadAttribute(IFormCollection form, string prefix)
    {
        var binary = form[prefix + "BinaryValue"].ToString();
        return new MessageAttribute(
            Text(form, prefix + "DataType"),
            form[prefix + "StringValue"].ToString(),
            binary.Length == 0 ? null : Convert.FromBase64String(binary));
    }

    private static IEnumerable<string> Entries(IFormCollection form, string prefix) => form.Keys
        .Where(key => key.StartsWith(prefix, StringComparison.Ordinal))
        .Select(key => prefix + key[prefix.Length..].Split('.')[0] + ".")
        .Distinct();

    private static string Text(IFormCollection form, string name) => form[name].ToString() is { Length: > 0 } text
        ? text
        : throw new AwsFailure(400, "InvalidParameter", $"Invalid parameter: {name}");
}
