using EtlWorker.Commands;
using EtlWorker.Domain.Batches;
using EtlWorker.Domain.Drops;
using Xunit;

namespace EtlWorker.Tests.Commands;

public sealed class LaterFilesTests
{
    private static readonly DateOnly Date = new(2026, 3, 1);

    [Theory]
    [InlineData("y", true)]
    [InlineData(" Yes ", true)]
    [InlineData("n", false)]
    [InlineData("", false)]
    [InlineData("yesterday", false)]
    [InlineData(null, false)]
    public async Task Nothing_but_a_yes_takes_them(string? answer, bool areTaken)
    {
        var (taken, output, error) = await AskAsync(isAgreed: false, new StringReader(answer is null ? "" : $"{answer}\n"));

        Assert.Equal(areTaken, taken);
        Assert.EndsWith("Take these for 2026-03-01? [y/N] ", output, StringComparison.Ordinal);
        Assert.Equal(areTaken ? "" : "Nothing was changed.", error.TrimEnd());
    }

    [Fact]
    public async Task Without_a_terminal_they_are_listed_and_not_taken()
    {
        var (taken, output, error) = await AskAsync(isAgreed: false, terminal: null);

        Assert.False(taken);
        Snapshot.Matches("later-files.txt", output);
        Assert.StartsWith("Nothing was changed: without a terminal nobody can be asked", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_agreed_to_beforehand_is_not_asked()
    {
        var (taken, output, _) = await AskAsync(isAgreed: true, terminal: null);

        Assert.True(taken);
        Assert.DoesNotContain("?", output, StringComparison.Ordinal);
    }

    private static async Task<(bool Taken, string Output, string Error)> AskAsync(bool isAgreed, TextReader? terminal)
    {
        await using var output = new StringWriter();
        await using var error = new StringWriter();
        var arguments = CommandLine.Root().Parse([]);
        (arguments.InvocationConfiguration.Output, arguments.InvocationConfiguration.Error) = (output, error);
        var taken = await LaterFiles.AreTakenAsync(
            arguments, Date, [Later(31, "in/orders.csv", isNewest: false), Later(32, "in/orders.csv", isNewest: true)], isAgreed,
                terminal, TestContext.Current.CancellationToken);
        return (taken, output.ToString(), error.ToString());
    }

    private static LaterDrop Later(long id, string key, bool isNewest) => new(
        new Drop
        {
            Id = id,
            Feed = "orders",
            Bucket = "landing",
            Key = key,
            Size = 1_234,
            EventTime = new DateTimeOffset(2026, 3, 2, 7, 0,
            0, TimeSpan.Zero)
        },
        Date.AddDays(1), isNewest);
}
