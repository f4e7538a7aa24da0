using EtlWorker.Ledger.Notices;
using EtlWorker.Notify;
using EtlWorker.Tests.Extract;
using Microsoft.Extensions.Logging;
using Xunit;

namespace EtlWorker.Tests.Notify;

public sealed class JournalTopicTests
{
    [Theory]
    [InlineData("succeeded", LogLevel.Information)]
    [InlineData("failed", LogLevel.Warning)]
    [InlineData("held", LogLevel.Warning)]
    [InlineData("late", LogLevel.Warning)]
    public async Task What_needs_a_person_is_found_by_whoever_looks_for_warnings(string kind, LogLevel level)
    {
        var logger = new RecordingLogger<JournalTopic>();
        var notice = new Notice { Pipeline = "retail", Kind = kind, Subject = "what happened", Body = "Do next  this\n\nand that\n" };

        await new JournalTopic(logger).PublishAsync(notice, TestContext.Current.CancellationToken);

        Assert.Equal([$"{level}: Notice: what happened", $"{level}: Notice: Do next  this", $"{level}: Notice: and that"], logger.Lines);
    }
}
