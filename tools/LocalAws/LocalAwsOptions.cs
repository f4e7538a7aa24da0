namespace EtlWorker.StandIns;

/// <summary>How a <see cref="LocalAws"/> is started; the defaults suit a test.</summary>
public sealed record LocalAwsOptions
{
    /// <summary>The TCP port on 127.0.0.1; 0 takes a free one.</summary>
    public int Port { get; init; }

    /// <summary>The region named in ARNs and events.</summary>
    public string Region { get; init; } = "us-east-1";

    /// <summary>Where published messages are written as <c>.eml</c> files; nowhere when null.</summary>
    public string? MailDirectory { get; init; }

    /// <summary>The clock behind every timestamp, visibility timeout and long poll.</summary>
#pragma warning disable RS0030 // The stand-in is a process of its own in all but name: this is its entry point.
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;
#pragma warning restore RS0030
}
