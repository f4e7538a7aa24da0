using EtlWorker.Domain.Pipelines;
using Xunit;

namespace EtlWorker.Domain.Tests.Pipelines;

public sealed class ExpectedDaysTests
{
    private static readonly DateOnly Thursday = new(2026, 12, 24);

    [Fact]
    public void A_day_counts_by_its_name_or_by_its_date()
    {
        var days = new ExpectedDays { Weekdays = [DayOfWeek.Monday], Dates = [Thursday] };

        Assert.True(days.Include(Thursday));
        Assert.True(days.Include(Thursday.AddDays(4)));
        Assert.False(days.Include(Thursday.AddDays(1)));
        Assert.False(days.Include(Thursday.AddDays(7)));
        Assert.True(ExpectedDays.Every.Include(Thursday.AddDays(1)));
    }

    [Fact]
    public void A_query_is_to_be_asked_of_each_day() =>
        Assert.True(new ExpectedDays { Query = new DayQueryDefinition { Sql = "days.sql" } }.Include(Thursday));

    [Fact]
    public void Only_a_list_of_dates_ends()
    {
        Assert.Equal(Thursday, new ExpectedDays { Dates = [Thursday, Thursday.AddDays(-1)] }.Last);
        Assert.Null(new ExpectedDays { Weekdays = [DayOfWeek.Monday], Dates = [Thursday] }.Last);
        Assert.Null(ExpectedDays.Every.Last);
    }
}
