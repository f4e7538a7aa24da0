using System.CommandLine;
using EtlWorker.Commands;
using Xunit;

namespace EtlWorker.Tests.Commands;

public sealed class CommandLineTests
{
    [Theory]
    [InlineData("help.txt", "--help")]
    [InlineData("help-migrate.txt", "migrate", "--help")]
    [InlineData("help-retry.txt", "retry", "--help")]
    [InlineData("help-discard.txt", "discard", "--help")]
    [InlineData("help-plan.txt", "plan", "--help")]
    [InlineData("help-run.txt", "run", "--help")]
    [InlineData("help-validate.txt", "validate", "--help")]
    [InlineData("help-infer.txt", "infer", "--help")]
    public async Task The_help_is_as_published(string snapshot, params string[] arguments)
    {
        await using var output = new StringWriter();

        var ended = await CommandLine.Root()
            .Parse(arguments).InvokeAsync(new InvocationConfiguration { Output = output }, TestContext.Current.CancellationToken);

        Assert.Equal(ExitCode.Done, ended);
        // The test runner's own name stands where the program's does.
        Snapshot.Matches(snapshot, output.ToString().Replace(RootCommand.ExecutableName, "etlworker", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("migrat")]
    [InlineData("--verbose")]
    [InlineData("migrate", "now")]
    [InlineData("retry", "2026-01-01")]
    [InlineData("retry", "2026-01-01", "--reason", "")]
    [InlineData("retry", "2026-01-01", "--reason", " \t")]
    [InlineData("retry", "2026-01-01", "--reason")]
    [InlineData("discard", "--reason", "x")]
    [InlineData("discard", "17")]
    [InlineData("discard", "17", "--reason", " ")]
    [InlineData("validate")]
    [InlineData("discard", "seventeen", "--reason", "x")]
    [InlineData("plan")]
    [InlineData("plan", "no/such/definition")]
    [InlineData("plan", "pipelines", "--date", "23.11.2026")]
    [InlineData("plan", "pipelines", "--json", "--csv")]
    [InlineData("plan", "pipelines", "--json", "--csv", "-")]
    [InlineData("infer")]
    [InlineData("infer", "a.csv", "--name", "no/name")]
    public async Task A_wrong_usage_ends_with_its_own_exit_code(params string[] arguments) =>
        Assert.Equal(ExitCode.WrongUsage, await CommandLine.RunAsync(arguments));

    [Theory]
    [InlineData("--help")]
    [InlineData("retry", "--help")]
    [InlineData("discard", "-h")]
    [InlineData("plan", "--help")]
    [InlineData("migrate", "-?")]
    public async Task Help_is_no_wrong_usage_though_what_the_verb_needs_is_missing(params string[] arguments) =>
        Assert.Equal(ExitCode.Done, await CommandLine.RunAsync(arguments));

    [Fact]
    public void The_exit_codes_are_as_published() =>
        Assert.Equal(
            (0, 1, 2, 3, 78),
            (ExitCode.Done, ExitCode.Failed, ExitCode.WrongUsage, ExitCode.NothingFound, ExitCode.BadConfiguration));
}
