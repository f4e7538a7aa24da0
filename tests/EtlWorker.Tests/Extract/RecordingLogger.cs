using Microsoft.Extensions.Logging;

namespace EtlWorker.Tests.Extract;

/// <summary>Keeps the lines that it is reported.</summary>
internal class RecordingLogger : ILogger
{
    public List<string> Lines { get; } = [];

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        Lines.Add($"{logLevel}: {formatter(state, exception)}");
}

/// <summary>The same for who asks for a logger of its own.</summary>
internal sealed class RecordingLogger<T> : RecordingLogger, ILogger<T>;
