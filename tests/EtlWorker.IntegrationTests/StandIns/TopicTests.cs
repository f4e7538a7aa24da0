using System.Text.Json.Nodes;
using Amazon.SQS;
using Amazon.SQS.Model;
using EtlWorker.StandIns;
using Xunit;

namespace EtlWorker.IntegrationTests.StandIns;

public sealed class TopicTests : IAsyncLifetime
{
    private readonly string _mail = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
    private LocalAws _aws = null!;
    private AmazonSQSClient _sqs = null!;
    private HttpClient _http = null!;
    private string _topicArn = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _aws = await LocalAws.StartAsync(new LocalAwsOptions { MailDirectory = _mail }, Cancellation);
        _sqs = AwsClients.Sqs(_aws);
        _http = new HttpClient { BaseAddress = _aws.Endpoint };
        _topicArn = _aws.CreateTopic("notices");
    }

    public async ValueTask DisposeAsync()
    {
        _sqs.Dispose();
        _http.Dispose();
        await _aws.DisposeAsync();
        Directory.Delete(_mail, recursive: true);
    }

    [Fact]
    public async Task A_message_reaches_raw_and_enveloped_queues()
    {
        var raw = await Subscribe("raw", isRaw: true);
        var wrapped = await Subscribe("wrapped", isRaw: false);

        await Publish("Loaded", "All is well: é");

        var plain = await Next(raw);
        Assert.Equal("All is well: é", plain.Body);
        Assert.Equal("42", plain.MessageAttributes["RunId"].StringValue);
        var envelope = JsonNode.Parse((await Next(wrapped)).Body)!;
        Assert.Equal("Notification", envelope["Type"]!.GetValue<string>());
        Assert.Equal("Loaded", envelope["Subject"]!.GetValue<string>());
        Assert.Equal("All is well: é", envelope["Message"]!.GetValue<string>());
        Assert.Equal(_topicArn, envelope["TopicArn"]!.GetValue<string>());
        Assert.Equal("42", envelope["MessageAttributes"]!["RunId"]!["Value"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_message_can_be_awaited_in_the_outbox_and_read_as_mail()
    {
        await Call(new() { ["Action"] = "Subscribe", ["TopicArn"] = _topicArn, ["Protocol"] = "email", ["Endpoint"] = "ops@example.com" });
        var next = _aws.Outbox.NextAsync(notice => notice.Subject == "Second", Cancellation);
        await Publish("First", "1");
        Assert.False(next.IsCompleted);

        await Publish("Second", "2");

        var second = await next;
        Assert.Equal(("2", "42"), (second.Message, second.Attributes["RunId"]));
        Assert.Equal(["First", "Second"], _aws.Outbox.Notices.Select(notice => notice.Subject));
        var mail = await File.ReadAllTextAsync(Path.Combine(_mail, "0002.eml"), Cancellation);
        Assert.Contains("\nTo: ops@example.com\nSubject: Second\n", mail, StringComparison.Ordinal);
        Assert.EndsWith("\nX-RunId: 42\n\n2\n", mail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("two\nlines")]
    [InlineData("naïve")]
    [InlineData(" starts with a space")]
    [InlineData("")]
    [InlineData("0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789")]
    public async Task A_subject_that_AWS_would_refuse_is_refused(string subject)
    {
        using var answer = await Publish(subject, "x");

        Assert.Equal(System.Net.HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("<Code>InvalidParameter</Code>", await answer.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
        Assert.Empty(_aws.Outbox.Notices);
    }

    [Fact]
    public async Task A_message_beyond_256_KB_is_refused()
    {
        using var answer = await Publish("Long", new string('x', 256 * 1024));

        Assert.Equal(System.Net.HttpStatusCode.BadRequest, answer.StatusCode);
    }

    private Task<HttpResponseMessage> Publish(string subject, string message) => Call(new()
    {
        ["Action"] = "Publish",
        ["TopicArn"] = _topicArn,
        ["Subject"] = subject,
        ["Message"] = message,
        ["MessageAttributes.entry.1.Name"] = "RunId",
        ["MessageAttributes.entry.1.Value.DataType"] = "String",
        ["MessageAttributes.entry.1.Value.StringValue"] = "42",
    });

    private async Task<HttpResponseMessage> Call(Dictionary<string, string> form)
    {
        using var content = new FormUrlEncodedContent(form);
        return await _http.PostAsync(new Uri("/", UriKind.Relative), content, Cancellation);
    }

    private async Task<string> Subscribe(string queue, bool isRaw)
    {
        using var answer = await Call(new()
        {
            ["Action"] = "Subscribe",
            ["TopicArn"] = _topicArn,
            ["Protocol"] = "sqs",
            ["Endpoint"] = $"arn:aws:sqs:{_aws.Region}:000000000000:{_aws.CreateQueue(queue).Split('/')[^1]}",
            ["Attributes.entry.1.key"] = "RawMessageDelivery",
            ["Attributes.entry.1.value"] = isRaw ? "true" : "false",
        });
        answer.EnsureSuccessStatusCode();
        return _aws.CreateQueue(queue);
    }

    private async Task<Message> Next(string queueUrl)
    {
        var request = new ReceiveMessageRequest { QueueUrl = queueUrl, WaitTimeSeconds = 5, MessageAttributeNames = ["All"] };
        return Assert.Single((await _sqs.ReceiveMessageAsync(request, Cancellation)).Messages);
    }
}
