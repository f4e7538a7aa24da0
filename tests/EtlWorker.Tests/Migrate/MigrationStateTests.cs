using EtlWorker.Definitions;
using EtlWorker.Migrate;
using Xunit;

namespace EtlWorker.Tests.Migrate;

/// <summary>What is to be applied of a list, or why nothing is.</summary>
public sealed class MigrationStateTests
{
    [Theory]
    [InlineData("", "1 2 3")]
    [InlineData("1", "2 3")]
    [InlineData("1 2 3", "")]
    public void What_is_not_applied_is_pending_in_its_order(string applied, string pending)
    {
        var state = StateOf(applied);

        Assert.Empty(state.Faults);
        Assert.Equal(pending, string.Join(' ', state.Pending));
    }

    [Theory]
    [InlineData("1!", 0, "migration 1 was applied with another text (SHA-256 ")]
    [InlineData("2", 0, "migration 1 stands before 2, which is applied already")]
    [InlineData("1 3", 1, "migration 2 stands before 3, which is applied already")]
    [InlineData("0 1", null, "migration 0 was applied, and \"migrations\" has it no longer")]
    public void What_is_applied_is_never_changed_left_out_or_gone_before(string applied, int? index, string cause)
    {
        var fault = Assert.Single(StateOf(applied).Faults);

        Assert.Equal(index, fault.Index);
        Assert.StartsWith(cause, fault.Cause, StringComparison.Ordinal);
        Assert.NotEmpty(fault.Remedy);
    }

    [Theory]
    [InlineData("1 2 3", null)]
    [InlineData("0 1 2 3", null)]
    [InlineData("1", "pipeline small needs migration 2")]
    [InlineData("1 2! 3", "pipeline small: migration 2 was applied with another text (SHA-256 ")]
    [InlineData("1 3", "pipeline small: migration 2 stands before 3, which is applied already")]
    public void A_run_begins_where_all_that_its_definition_names_is_applied(string applied, string? cause)
    {
        var fault = StateOf(applied).FaultFor("small");

        Assert.StartsWith(cause ?? "", fault?.Cause ?? "", StringComparison.Ordinal);
        Assert.Equal(cause is null, fault is null);
    }

    /// <param name="applied">The files, each with a ! where its text was another one.</param>
    private static MigrationState StateOf(string applied)
    {
        var definition = DefinitionFile.FromLedger(
            """
            { "name": "small", "timeZone": "UTC", "migrations": ["1", "2", "3"],
              "feeds": [{ "name": "orders", "object": "in/orders.csv", "table": "staging.orders" }] }
            """,
            """{ "1": "select 1", "2": "select 2", "3": "select 3" }""");
        return MigrationState.Of(definition, applied.Split(' ', StringSplitOptions.RemoveEmptyEntries).ToDictionary(
            file => file.TrimEnd('!'),
            file => file.EndsWith('!') || !definition.Sql.ContainsKey(file) ? new string('0', 64) : definition.Sha256Of(file)));
    }
}
