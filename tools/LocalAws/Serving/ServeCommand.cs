using System.Globalization;

namespace EtlWorker.StandIns.Serving;

/// <summary>The command line of <c>serve</c>.</summary>
internal sealed record ServeCommand(
    LocalAwsOptions Options,
    IReadOnlyList<string> Buckets,
    IReadOnlyList<string> Queues,
    IReadOnlyList<string> Topics)
{
    public const string Usage = """
        Usage: LocalAws serve [--port N] [--region R] [--mail DIR] [--bucket NAME]* [--queue NAME]* [--topic NAME]*
        Buckets are versioned and tell the first queue of every object created.
        """;

    /// <summary>Throws <see cref="FormatException"/> with what is wrong.</summary>
    public static ServeCommand Parse(IReadOnlyList<string> arguments)
    {
        if (arguments.Count == 0 || arguments[0] != "serve")
            throw new FormatException("The only command is serve.");

        var options = new LocalAwsOptions();
        List<string> buckets = [], queues = [], topics = [];
        for (var index = 1; index < arguments.Count; index += 2)
        {
            var name = arguments[index];
            var value =
                index + 1 < arguments.Count ? arguments[index + 1] : throw new FormatException($"{name} is unknown or lacks its value.");
            switch (name)
            {
                case "--port": options = options with { Port = Port(value) }; break;
                case "--region": options = options with { Region = value }; break;
                case "--mail": options = options with { MailDirectory = value }; break;
                case "--bucket": buckets.Add(value); break;
                case "--queue": queues.Add(value); break;
                case "--topic": topics.Add(value); break;
                default: throw new FormatException($"Unknown option {name}.");
            }
        }

        return new ServeCommand(options, buckets, queues, topics);
    }

    public async Task RunAsync(TextWriter output, CancellationToken stop)
    {
        await using var aws = await LocalAws.StartAsync(Options, stop);
        foreach (var queue in Queues)
            aws.CreateQueue(queue);
        foreach (var topic in Topics)
            aws.CreateTopic(topic);
        foreach (var bucket in Buckets)
        {
            aws.CreateBucket(bucket);
            if (Queues.Count > 0)
                await aws.NotifyAsync(bucket, Queues[0], stop);
        }

        await output.WriteLineAsync($"ready {aws.Endpoint.GetLeftPart(UriPartial.Authority)}".AsMemory(), stop);
        await output.FlushAsync(stop);
        await Task.Delay(Timeout.InfiniteTimeSpan, Options.TimeProvider, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private static int Port(string value) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port <= 65_535
            ? port
            : throw new FormatException($"--port takes a number from 0 to 65535, not {value}.");
}
