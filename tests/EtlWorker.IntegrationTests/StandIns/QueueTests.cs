using Amazon.SQS;
using Amazon.SQS.Model;
using EtlWorker.StandIns;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EtlWorker.IntegrationTests.StandIns;

public sealed class QueueTests : IAsyncLifetime
{
    private readonly FakeTimeProvider _clock = new();
    private LocalAws _aws = null!;
    private AmazonSQSClient _sqs = null!;
    private string _queueUrl = null!;

    // The time that really passes, not the stand-in's.
#pragma warning disable RS0030
    private static TimeProvider RealTime => TimeProvider.System;
#pragma warning restore RS0030

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _aws = await LocalAws.StartAsync(new LocalAwsOptions { TimeProvider = _clock }, Cancellation);
        _sqs = AwsClients.Sqs(_aws);
        _queueUrl = (await _sqs.CreateQueueAsync("q", Cancellation)).QueueUrl;
    }

    public async ValueTask DisposeAsync()
    {
        _sqs.Dispose();
        await _aws.DisposeAsync();
    }

    [Fact]
    public async Task A_long_poll_wakes_when_a_message_arrives()
    {
        var poll = Receive(wait: 20);
        Assert.False(poll.IsCompleted);

        await Send("hello");

        // The stand-in's clock stands still: only the arrival can end the poll.
        Assert.Equal("hello", Assert.Single(await poll.WaitAsync(TimeSpan.FromSeconds(10), Cancellation)).Body);
    }

    [Fact]
    public async Task A_long_poll_ends_empty_when_its_time_is_over()
    {
        var poll = Receive(wait: 20);
        // The request has to reach the server before its clock moves; until then, moving it does nothing.
        while (!poll.IsCompleted)
        {
            _clock.Advance(TimeSpan.FromSeconds(20));
            await Task.WhenAny(poll, Task.Delay(TimeSpan.FromMilliseconds(10), RealTime, Cancellation));
        }

        Assert.Empty(await poll);
    }

    [Fact]
    public async Task An_invisible_message_comes_back_when_its_timeout_ends()
    {
        await Send("again");
        var first = Assert.Single(await Receive(visibility: 60));
        Assert.Empty(await Receive());

        _clock.Advance(TimeSpan.FromSeconds(60));
        var second = Assert.Single(await Receive(visibility: 60));

        Assert.Equal(first.MessageId, second.MessageId);
        Assert.NotEqual(first.ReceiptHandle, second.ReceiptHandle);
        Assert.Equal("2", second.Attributes[MessageSystemAttributeName.ApproximateReceiveCount]);
        await _sqs.DeleteMessageAsync(_queueUrl, first.ReceiptHandle, Cancellation);
        Assert.Equal((0, 1), await Count());
        await _sqs.DeleteMessageAsync(_queueUrl, second.ReceiptHandle, Cancellation);
        Assert.Equal((0, 0), await Count());
    }

    [Fact]
    public async Task Visibility_can_be_lengthened_and_given_up_while_in_flight()
    {
        await Send("x");
        var message = Assert.Single(await Receive(visibility: 30));
        await _sqs.ChangeMessageVisibilityAsync(_queueUrl, message.ReceiptHandle, 90, Cancellation);
        _clock.Advance(TimeSpan.FromSeconds(60));
        Assert.Empty(await Receive());

        var poll = Receive(wait: 20);
        await _sqs.ChangeMessageVisibilityAsync(_queueUrl, message.ReceiptHandle, 0, Cancellation);

        Assert.Single(await poll);
        await Assert.ThrowsAnyAsync<AmazonSQSException>(
            () => _sqs.ChangeMessageVisibilityAsync(_queueUrl, message.ReceiptHandle, 9, Cancellation));
        await Assert.ThrowsAsync<ReceiptHandleIsInvalidException>(() => _sqs.DeleteMessageAsync(_queueUrl, "nonsense", Cancellation));
    }

    [Fact]
    public async Task A_message_received_too_often_goes_to_the_dead_letter_queue()
    {
        var deadUrl = (await _sqs.CreateQueueAsync("dead", Cancellation)).QueueUrl;
        var policy = $$"""{"deadLetterTargetArn":"arn:aws:sqs:{{_aws.Region}}:000000000000:dead","maxReceiveCount":"2"}""";
        await _sqs.SetQueueAttributesAsync(_queueUrl, new Dictionary<string, string> { ["RedrivePolicy"] = policy }, Cancellation);
        await Send("poison");

        Assert.Single(await Receive(visibility: 0));
        Assert.Single(await Receive(visibility: 0));
        Assert.Empty(await Receive());

        Assert.Equal("poison", Assert.Single(await Receive(queueUrl: deadUrl)).Body);
        Assert.Equal((0, 0), await Count());
    }

    [Fact]
    public async Task Batches_answer_entry_by_entry()
    {
        var bodies = Enumerable.Range(0, 10).Select(n => new SendMessageBatchRequestEntry($"{n}", $"body {n}"));
        var sent = await _sqs.SendMessageBatchAsync(_queueUrl, [.. bodies], Cancellation);
        Assert.Equal(10, sent.Successful.Count);
        var messages = await Receive();
        Assert.Equal(10, messages.Count);

        var entries = messages.Take(2)
            .Select((message, n) => new DeleteMessageBatchRequestEntry($"{n}", message.ReceiptHandle)).Append(new("bad", "nonsense"));
        var deleted = await _sqs.DeleteMessageBatchAsync(_queueUrl, [.. entries], Cancellation);

        Assert.Equal(["0", "1"], deleted.Successful.Select(entry => entry.Id));
        Assert.Equal("ReceiptHandleIsInvalid", Assert.Single(deleted.Failed).Code);
        Assert.Equal((0, 8), await Count());
    }

    [Fact]
    public async Task Message_attributes_come_back_with_a_digest_that_the_client_accepts()
    {
        var attributes = new Dictionary<string, MessageAttributeValue>
        {
            ["run"] = new() { DataType = "String", StringValue = "é" },
            ["bytes"] = new() { DataType = "Binary", BinaryValue = new MemoryStream([1, 2]) },
        };
        await _sqs.SendMessageAsync(
            new SendMessageRequest { QueueUrl = _queueUrl, MessageBody = "b", MessageAttributes = attributes }, Cancellation);

        var message = Assert.Single(await Receive());

        Assert.Equal("é", message.MessageAttributes["run"].StringValue);
        Assert.Equal([1, 2], message.MessageAttributes["bytes"].BinaryValue.ToArray());
    }

    [Fact]
    public async Task A_missing_queue_is_the_error_that_the_client_knows()
    {
        await Assert.ThrowsAsync<QueueDoesNotExistException>(() => _sqs.GetQueueUrlAsync("none", Cancellation));
        await Assert.ThrowsAsync<QueueDoesNotExistException>(() => _sqs.ReceiveMessageAsync(_queueUrl + "none", Cancellation));
        Assert.Equal([_queueUrl], (await _sqs.ListQueuesAsync("", Cancellation)).QueueUrls);
    }

    private Task<SendMessageResponse> Send(string body) => _sqs.SendMessageAsync(_queueUrl, body, Cancellation);

    private async Task<List<Message>> Receive(int wait = 0, int? visibility = null, string? queueUrl = null)
    {
        var received = await _sqs.ReceiveMessageAsync(
            new ReceiveMessageRequest
            {
                QueueUrl = queueUrl ?? _queueUrl,
                MaxNumberOfMessages = 10,
                WaitTimeSeconds = wait,
                VisibilityTimeout = visibility,
                MessageSystemAttributeNames = ["All"],
                MessageAttributeNames = ["All"],
            },
            Cancellation);
        return received.Messages ?? [];
    }

    private async Task<(int Visible, int InFlight)> Count()
    {
        var told = await _sqs.GetQueueAttributesAsync(_queueUrl, ["All"], Cancellation);
        return (told.ApproximateNumberOfMessages, told.ApproximateNumberOfMessagesNotVisible);
    }
}
