using System.Globalization;
using Amazon.SQS;
using Amazon.SQS.Model;
using EtlWorker.Definitions;
using EtlWorker.Domain.Runs;
using EtlWorker.Faults;
using EtlWorker.Ledger;
using EtlWorker.Ledger.Drops;
using EtlWorker.Liveness;
using EtlWorker.Storage;
using Microsoft.Extensions.Logging;

namespace EtlWorker.Intake;

/// <summary>
/// Long-polls the queue and records what it tells. A message is deleted only after every record in it is durably in the
/// ledger; runs execute from the ledger, so no visibility timeout bounds them. While the ledger cannot be written nothing is received,
/// for each receive counts towards the dead-letter queue; what was received before is kept in hand until it is recorded. The same holds
/// while no pipeline is known, for whom it could be recorded.
/// </summary>
internal sealed partial class QueueListener(
    IAmazonSQS sqs, QueueOptions queue, IPerPipeline<DropIntake> intakes, IPerPipeline<QueueWatermark> watermarks, IDropRecorder drops,
    IServedPipelines served, ILedgerProbe ledger, DropSignal signal, WorkerStatus status, TimeProvider time,
    ILogger<QueueListener> logger) : PollingLoop(time)
{
    private const int MostMessages = 10;
    private const int LongPollSeconds = 20;
    private const string ReceiveCount = "ApproximateReceiveCount";

    /// <summary>
    /// How long one question to the queue, and one message's way into the ledger, may take, whatever is tried again within. systemd ends
    /// a worker that gives no sign of life for WatchdogSec=180. Between two beats lies at most one of these minutes; then Npgsql may ask
    /// the server to cancel, by a connection of its own (15 s, and 2 s for the answer), and roll back (45 s): two minutes and two seconds.
    /// The SDK's own limits are below: 30 s a try (the long poll has 20), and what it asks for credentials takes seconds.
    /// </summary>
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    /// <summary>How long a message that was received and not deleted stays hidden.</summary>
    private static readonly TimeSpan Visibility = TimeSpan.FromSeconds(30);

    /// <summary>How late S3 may report a drop.</summary>
    private static readonly TimeSpan Latency = TimeSpan.FromMinutes(1);

    /// <summary>How long until it is seen that there is a pipeline.</summary>
    private static readonly TimeSpan ForPipeline = TimeSpan.FromMilliseconds(200);

    private static readonly TimeSpan FirstHiding = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongestHiding = TimeSpan.FromHours(6);
    private readonly Backoff _backoff = new(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(30), Random.Shared);
    private readonly string _name = queue.Url.Segments[^1];

    /// <summary>Received and not recorded yet.</summary>
    private readonly Queue<Message> _inHand = new();

    /// <summary>Recorded and not deleted yet.</summary>
    private readonly List<Message> _recorded = [];
    private bool _reachable;
    private DateTimeOffset? _quietSince;

    protected override async Task<TimeSpan> PollAsync(CancellationToken stoppingToken)
    {
        if (intakes.Now.Count == 0)
        {
            return ForPipeline;
        }

        var isComplete = served.IsComplete;
        await ReceiveAsync(isComplete, stoppingToken);
        _backoff.Reset();
        return isComplete ? TimeSpan.Zero : ForPipeline;
    }

    protected override void Beat() => status.Beat();

    private async Task ReceiveAsync(bool isComplete, CancellationToken cancellationToken)
    {
        await RecordWithinLimitAsync(
            async stop =>
            {
                await ledger.ProbeAsync(stop);
                return true;
            },
            cancellationToken);
        if (!isComplete)
        {
            // A message can be recorded for those alone that are known.
            return;
        }

        // What a fault left over goes first: nothing is received while something is in hand.
        await WorkOffAsync(cancellationToken);
        status.Recorded();
        var began = Time.GetUtcNow();
        var request = new ReceiveMessageRequest
        {
            QueueUrl = queue.Url.ToString(),
            MaxNumberOfMessages = MostMessages,
            // The first one answers at once, so that the log soon says whether the queue can be reached.
            WaitTimeSeconds = _reachable ? LongPollSeconds : 0,
            VisibilityTimeout = (int)Visibility.TotalSeconds,
            MessageSystemAttributeNames = [ReceiveCount],
        };
        var response = await WithinLimitAsync(stop => sqs.ReceiveMessageAsync(request, stop), cancellationToken);
        status.QueueAnswered(_name);
        if (!_reachable)
        {
            _reachable = true;
            LogListening(queue.Url);
        }

        // The SDK gives null for none.
        var messages = response.Messages ?? [];
        messages.ForEach(_inHand.Enqueue);
        await WorkOffAsync(cancellationToken);
        Watch(messages.Count, began);
    }

    /// <summary>Records what is in hand, then deletes it from the queue. Whatever fails, the rest stays in hand for the next try.</summary>
    private async Task WorkOffAsync(CancellationToken cancellationToken)
    {
        var news = false;
        try
        {
            while (_inHand.TryPeek(out var message))
            {
                news |= await WorkOffAsync(message, cancellationToken);
                _inHand.Dequeue();
            }
        }
        finally
        {
            // Once for all messages of a receive, so that a set that arrives together is decided on together.
            if (news)
            {
                signal.Raise();
            }
        }

        await DeleteAsync(cancellationToken);
    }

    /// <summary>
    /// A queue that never had a receive's fill for longer than a message can be hidden has no backlog: it has told everything
    /// that was dropped before.
    /// </summary>
    private void Watch(int messages, DateTimeOffset began)
    {
        _quietSince = messages < MostMessages ? _quietSince ?? began : null;
        if (Time.GetUtcNow() - _quietSince >= Visibility)
        {
            foreach (var watermark in watermarks.Now)
            {
                watermark.AdvanceByQueue(began - Latency);
            }
        }
    }

    /// <returns>Whether a feed has a drop that the ledger did not have.</returns>
    private async Task<bool> WorkOffAsync(Message message, CancellationToken cancellationToken)
    {
        try
        {
            var read = MessageReader.Read(message.Body);
            var (news, fault) = await RecordAsync(read, cancellationToken);
            if ((read.Fault ?? fault) is { } reason)
            {
                await KeepUnreadableAsync(message, reason, cancellationToken);
            }
            else
            {
                _recorded.Add(message);
            }

            return news;
        }
        catch (Exception fault) when (IsOfMessage(fault))
        {
            // Neither the ledger nor the queue is out of reach: the others must not wait for it.
            // It comes again, until the queue gives it up.
            LogNotTaken(fault, message.MessageId);
            return false;
        }
    }

    private static bool IsOfMessage(Exception fault) => ServerError.IsOfValue(fault)
        || (PostgresFault.Of(fault) is null && AwsFault.Classify(fault) is null);

    /// <returns>Whether a feed has a drop that the ledger did not have; and why the ledger cannot hold the message, or null.</returns>
    private async Task<(bool News, string? Fault)> RecordAsync(ReadMessage message, CancellationToken cancellationToken)
    {
        if (message.Events.Count == 0)
        {
            return (false, null);
        }

        var isNews = false;
        var recorded = new HashSet<string>();
        // One that comes meanwhile has its record too; one that went was carried over to it.
        while (intakes.Now.FirstOrDefault(each => !recorded.Contains(each.Pipeline)) is { } intake)
        {
            recorded.Add(intake.Pipeline);
            using var scope = logger.BeginScope(LogScope.OfPipeline(intake.Pipeline));
            try
            {
                var news = await RecordWithinLimitAsync(stop => intake.RecordAsync(message.Events, stop), cancellationToken);
                Log(news);
                isNews |= news.Any(matched => matched.Feed is not null);
            }
            catch (Exception fault) when (ServerError.IsOfValue(fault))
            {
                // A value or a size that the ledger does not take is this message's own fault; the others must not wait for it.
                return (isNews, ServerError.Of(fault)!.Description);
            }
        }

        return recorded.Count > 0 ? (isNews, null) : throw new InvalidOperationException("No pipeline is served.");
    }

    private void Log(IReadOnlyList<MatchedEvent> news)
    {
        foreach (var matched in news)
        {
            if (matched.Feed is null)
            {
                LogIgnored(matched.Event.Key, matched.IgnoredBecause!);
            }
            else if (matched.Former is { } former)
            {
                LogCounts(matched.Feed, matched.Event.Key, matched.Event.Size, EnumText.Of(former));
            }
            else
            {
                LogDropped(matched.Feed, matched.Event.Key, matched.Event.Size);
            }
        }
    }

    private async Task DeleteAsync(CancellationToken cancellationToken)
    {
        // As many at once as SQS takes.
        foreach (var batch in _recorded.Chunk(MostMessages).ToList())
        {
            // Whatever becomes of it: a message that is not deleted comes again, and changes nothing then.
            _recorded.RemoveRange(0, batch.Length);
            var entries = batch.Select(
                (message, index) => new DeleteMessageBatchRequestEntry(index.ToString(CultureInfo.InvariantCulture), message.ReceiptHandle))
                .ToList();
            var response = await WithinLimitAsync(
                stop => sqs.DeleteMessageBatchAsync(queue.Url.ToString(), entries, stop), cancellationToken);

            // It comes again and changes nothing then.
            foreach (var failed in response.Failed ?? [])
            {
                LogUndeleted(batch[int.Parse(failed.Id, CultureInfo.InvariantCulture)].MessageId, failed.Code);
            }
        }
    }

    /// <summary>Leaves the message to the queue's redrive policy, hidden longer each time.</summary>
    private async Task KeepUnreadableAsync(Message message, string reason, CancellationToken cancellationToken)
    {
        var count = message.Attributes?.GetValueOrDefault(ReceiveCount) is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : 1;
        await RecordWithinLimitAsync(
            async stop =>
            {
                await drops.RecordUnreadableAsync(queue.Url.AbsolutePath, message.MessageId, message.Body, reason, count, stop);
                return true;
            },
            cancellationToken);
        LogUnreadable(message.MessageId, count, reason);
        var hiding = FirstHiding * Math.Pow(2, Math.Min(count, 12) - 1);
        try
        {
            var seconds = (int)(hiding < LongestHiding ? hiding : LongestHiding).TotalSeconds;
            await WithinLimitAsync(
                stop => sqs.ChangeMessageVisibilityAsync(queue.Url.ToString(), message.ReceiptHandle, seconds, stop), cancellationToken);
        }
        catch (AmazonSQSException refused) when ((int)refused.StatusCode < 500)
        {
            // The receipt handle has expired: the message is back in the queue and will be read again.
            LogNotHidden(message.MessageId, refused.ErrorCode);
        }
    }

    private async Task<T> RecordWithinLimitAsync<T>(Func<CancellationToken, Task<T>> record, CancellationToken cancellationToken)
    {
        try
        {
            return await WithinLimitAsync(record, cancellationToken);
        }
        catch (TimeoutException slow)
        {
            throw new DatabaseUnreachableException(slow.Message, "", slow);
        }
    }

    /// <summary>Asks, and gives the sign of life that is due afterwards.</summary>
    private async Task<T> WithinLimitAsync<T>(Func<CancellationToken, Task<T>> ask, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(Limit, Time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            return await ask(stop.Token);
        }
        catch (OperationCanceledException slow) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"no answer within {Limit.TotalSeconds:0} s", slow);
        }
        finally
        {
            status.Beat();
        }
    }

    protected override TimeSpan Failed(Exception fault)
    {
        _reachable = false;
        _quietSince = null;
        // Half a minute at most.
        var wait = _backoff.Next();
        if (PostgresFault.OfLedger(fault) is { } ledgers)
        {
            status.RecordingLost(ledgers.Cause, ledgers.Remedy);
            LogLedgerOutOfReach(ledgers.Cause, ledgers.Remedy.Length == 0 ? "" : $" {ledgers.Remedy}", wait.TotalSeconds);
            return wait;
        }

        switch (QueueFault.Of(fault, queue))
        {
            case { IsTransient: false } known:
                status.QueueLost($"the queue {queue.Url} cannot be read: {known.Cause}", known.Remedy);
                LogQueueRefused(queue.Url, known.Cause, known.Remedy, wait.TotalSeconds);
                break;
            case { } passing:
                status.QueueLost(passing.Cause, "");
                LogQueueOutOfReach(queue.Url, passing.Cause, wait.TotalSeconds);
                break;
            default:
                status.QueueLost(fault.Message, "");
                LogUnexpected(fault, wait.TotalSeconds);
                break;
        }

        return wait;
    }

    [LoggerMessage(LogLevel.Information, "Listening on {Queue}")]
    private partial void LogListening(Uri queue);

    [LoggerMessage(LogLevel.Information, "A drop of {Feed}: {Key}, {Bytes} bytes")]
    private partial void LogDropped(string feed, string key, long bytes);

    [LoggerMessage(LogLevel.Information, "A drop of {Feed}, recorded as {Former} before: {Key}, {Bytes} bytes")]
    private partial void LogCounts(string feed, string key, long bytes, string former);

    // The worker's own exports come back this way, six a day.
    [LoggerMessage(LogLevel.Debug, "Ignored {Key}: {Reason}")]
    private partial void LogIgnored(string key, string reason);

    [LoggerMessage(LogLevel.Warning, "Message {MessageId} was recorded but not deleted ({Code}); it comes again and changes nothing")]
    private partial void LogUndeleted(string messageId, string code);

    [LoggerMessage(
        LogLevel.Warning, "Message {MessageId}, receive {ReceiveCount}, cannot be read: {Reason}. "
            + "It is kept in etl.unreadable_message and left to the queue's redrive policy")]
    private partial void LogUnreadable(string messageId, int receiveCount, string reason);

    [LoggerMessage(LogLevel.Warning, "Message {MessageId} could not be hidden for longer ({Code}); it comes again")]
    private partial void LogNotHidden(string messageId, string code);

    [LoggerMessage(
        LogLevel.Warning, "The ledger is out of reach: {Fault}.{Remedy} Messages stay in the queue; tried again in {Seconds:0.0} s")]
    private partial void LogLedgerOutOfReach(string fault, string remedy, double seconds);

    [LoggerMessage(LogLevel.Warning, "The queue {Queue} cannot be read: {Cause}. {Remedy} Next try in {Seconds:0.0} s")]
    private partial void LogQueueRefused(Uri queue, string cause, string remedy, double seconds);

    [LoggerMessage(LogLevel.Warning, "The queue {Queue} is out of reach: {Fault}. Next try in {Seconds:0.0} s")]
    private partial void LogQueueOutOfReach(Uri queue, string fault, double seconds);

    [LoggerMessage(LogLevel.Error, "Message {MessageId} could not be taken; it stays in the queue and comes again")]
    private partial void LogNotTaken(Exception fault, string messageId);

    [LoggerMessage(LogLevel.Error, "Listening failed; tried again in {Seconds:0.0} s")]
    private partial void LogUnexpected(Exception fault, double seconds);
}
