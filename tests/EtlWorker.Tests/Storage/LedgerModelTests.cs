using System.Text.RegularExpressions;
using EtlWorker.Domain.Drops;
using EtlWorker.Domain.Pipelines;
using EtlWorker.Domain.Runs;
using EtlWorker.Ledger;
using EtlWorker.Schema;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;
using Xunit;

namespace EtlWorker.Tests.Storage;

/// <summary>The model does not see the domain: it spells the members of its enums.</summary>
public sealed partial class LedgerModelTests
{
    [Fact]
    public void The_ledger_takes_every_state_of_a_run_and_no_other() => AssertTakes<RunState>("run_state");

    [Fact]
    public void The_ledger_takes_every_stage_of_a_run_and_no_other() => AssertTakes<RunStage>("run_stage_stage");

    [Fact]
    public void The_ledger_takes_every_disposition_of_a_drop_and_no_other() => AssertTakes<DropDisposition>("drop_disposition");

    [Fact]
    public void The_ledger_takes_every_source_of_a_drop_and_no_other() => AssertTakes<DropSource>("drop_source");

    [Fact]
    public void The_ledger_takes_every_verdict_of_a_check_and_no_other() => AssertTakes<CheckVerdict>("run_check_verdict");

    private static void AssertTakes<T>(string constraint)
        where T : struct, Enum
    {
        using var context = new EtlDbContextFactory().CreateDbContext([]);
        var sql = context.GetService<IDesignTimeModel>().Model.GetEntityTypes()
            .SelectMany(table => table.GetCheckConstraints()).Single(check => check.Name == constraint).Sql;

        Assert.Equal(
            Enum.GetValues<T>().Select(EnumText.Of).Order(StringComparer.Ordinal),
            Word().Matches(sql).Select(word => word.Groups[1].Value).Order(StringComparer.Ordinal));
    }

    [GeneratedRegex("'([^']*)'")]
    private static partial Regex Word();
}
