using System.Text;
using EtlWorker.StandIns.Http;

namespace EtlWorker.StandIns.Sqs;

/// <summary>A standard queue: at-least-once, visibility timeouts, long polling, redrive.</summary>
internal sealed class MessageQueue(string name, AwsAccount account, TimeProvider clock, Func<string, MessageQueue?> queueByArn)
{
    private readonly Lock _gate = new();
    private readonly List<QueueMessage> _messages = [];
    private List<QueueMessage>? _held;
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string Name { get; } = name;

    public string Arn { get; } = account.QueueArn(name);

    public string Url { get; } = account.QueueUrl(name);

    public DateTimeOffset CreatedAt { get; } = clock.GetUtcNow();

    public QueueSettings Settings { get; } = new();

    /// <summary>How many times each message sent is delivered; a fault when not 1.</summary>
    public int Copies { get; set; } = 1;

    public string Send(string body, IReadOnlyDictionary<string, MessageAttribute>? attributes = null, TimeSpan? delay = null)
    {
        var now = clock.GetUtcNow();
        var id = Guid.NewGuid().ToString();
        lock (_gate)
        {
            for (var copy = 0; copy < Copies; copy++)
            {
                (_held ?? _messages).Add(new QueueMessage
                {
                    Id = id,
                    Body = body,
                    Attributes = attributes ?? new Dictionary<string, MessageAttribute>(),
                    SentAt = now,
                    VisibleAt = now + (delay ?? Settings.Delay),
                });
            }

            Wake();
        }

        return id;
    }

    /// <summary>Waits until a message can be had, at most for <paramref name="wait"/>; empty when none came.</summary>
    public async Task<IReadOnlyList<Delivery>> ReceiveAsync(
        int max, TimeSpan visibility, TimeSpan wait, CancellationToken cancellationToken)
    {
        var deadline = clock.GetUtcNow() + wait;
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            List<QueueMessage> dead = [];
            List<Delivery> taken;
            Task changed;
            TimeSpan pause;
            lock (_gate)
            {
                var now = clock.GetUtcNow();
                taken = Take(max, visibility, now, dead);
                changed = _changed.Task;
                var next = _messages.Select(message => message.VisibleAt).Append(deadline).Min();
                // Rounded up, or the timer's whole milliseconds would make the last one a busy loop.
                pause = TimeSpan.FromMilliseconds(Math.Ceiling((next - now).TotalMilliseconds));
            }

            // Outside the lock: two queues may be each other's dead-letter queue.
            foreach (var message in dead)
                queueByArn(Settings.Redrive!.Value.TargetArn)?.Bury(message, Arn);
            if (taken.Count > 0 || clock.GetUtcNow() >= deadline)
                return taken;
            await changed.WaitAsync(pause, clock, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Deletes by receipt handle; like AWS it is content when the message was received again or is gone.</summary>
    public void Delete(string receipt)
    {
        lock (_gate)
        {
            if (_messages.RemoveAll(message => message.Receipt == receipt) == 0)
                RefuseForeign(receipt);
        }
    }

    public void ChangeVisibility(string receipt, TimeSpan visibility)
    {
        lock (_gate)
        {
            var message = _messages.Find(candidate => candidate.Receipt == receipt);
            if (message is null)
            {
                RefuseForeign(receipt);
                throw new AwsFailure(400, "InvalidParameterValue", $"Value {receipt} for parameter ReceiptHandle is invalid. Reason: "
                    + "Message does not exist or is not available for visibility timeout change.");
            }

            var now = clock.GetUtcNow();
            if (message.VisibleAt <= now)
                throw new AwsFailure(400, "MessageNotInflight", "The specified message isn't in flight.");
            message.VisibleAt = now + visibility;
            Wake();
        }
    }

    public void Purge()
    {
        lock (_gate)
            _messages.Clear();
    }

    /// <summary>How many messages can be received, are in flight, and are delayed.</summary>
    public (int Visible, int InFlight, int Delayed) Count()
    {
        lock (_gate)
        {
            var now = clock.GetUtcNow();
            var visible = _messages.Count(message => message.VisibleAt <= now);
            var inFlight = _messages.Count(message => message.VisibleAt > now && message.Receipt is not null);
            return (visible, inFlight, _messages.Count - visible - inFlight);
        }
    }

    public void Hold()
    {
        lock (_gate)
            _held ??= [];
    }

    public void ReleaseReversed()
    {
        lock (_gate)
        {
            _messages.AddRange(Enumerable.Reverse(_held ?? []));
            _held = null;
            Wake();
        }
    }

    private void Bury(QueueMessage message, string sourceArn)
    {
        lock (_gate)
        {
            _messages.Add(new QueueMessage
            {
                Id = message.Id,
                Body = message.Body,
                Attributes = message.Attributes,
                SentAt = message.SentAt,
                VisibleAt = clock.GetUtcNow(),
                DeadLetterSourceArn = sourceArn,
                ReceiveCount = message.ReceiveCount,
                FirstReceivedAt = message.FirstReceivedAt,
            });
            Wake();
        }
    }

    private List<Delivery> Take(int max, TimeSpan visibility, DateTimeOffset now, List<QueueMessage> dead)
    {
        var taken = new List<Delivery>();
        foreach (var message in _messages.Where(candidate => candidate.VisibleAt <= now))
        {
            if (taken.Count == max)
                break;
            if (Settings.Redrive is { } redrive && message.ReceiveCount >= redrive.MaxReceiveCount
                && queueByArn(redrive.TargetArn) is not null)
            {
                dead.Add(message);
                continue;
            }

            message.ReceiveCount++;
            message.FirstReceivedAt ??= now;
            message.VisibleAt = now + visibility;
            message.Receipt = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{Name}/{message.Id}/{Guid.NewGuid()}"));
            taken.Add(new Delivery(message, message.Receipt, message.ReceiveCount, message.FirstReceivedAt.Value));
        }

        _messages.RemoveAll(dead.Contains);
        return taken;
    }

    private void RefuseForeign(string receipt)
    {
        var text = new byte[receipt.Length];
        if (!Convert.TryFromBase64String(receipt, text, out var length)
            || !Encoding.UTF8.GetString(text, 0, length).StartsWith(Name + "/", StringComparison.Ordinal))
            throw new AwsFailure(400, "ReceiptHandleIsInvalid", $"The input receipt handle \"{receipt}\" is not a valid receipt handle.");
    }

    private void Wake()
    {
        _changed.SetResult();
        _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
