namespace EtlWorker.SampleData;

/// <summary>dim_dates.csv: the pipeline's calendar, 2015 to 2035. Week days are ISO's, 1 is Monday.</summary>
internal static class DatesFile
{
    private static readonly DateOnly First = new(2015, 1, 1);
    private static readonly DateOnly Last = new(2035, 12, 31);

    /// <summary>The same days every year, whichever week day they fall on.</summary>
    private static readonly HashSet<(int Month, int Day)> Holidays =
    [
        (1, 1), (2, 14), (3, 29), (4, 1), (5, 1), (6, 12), (7, 4), (8, 30), (9, 12), (10, 1), (11, 11), (12, 25),
    ];

    public static int Write(CsvWriter csv)
    {
        csv.Header("calendar_dt,year_num,month_of_the_year_num,day_of_the_month_num,day_of_the_week_num,working_day"u8);
        csv.EndRow();
        var days = new DayTexts(First, Last);
        for (var day = 0; day <= days.Last; day++)
        {
            var date = First.AddDays(day);
            var isoWeekDay = date.DayOfWeek == DayOfWeek.Sunday ? 7 : (int)date.DayOfWeek;
            var working = isoWeekDay <= 5 && !Holidays.Contains((date.Month, date.Day));

            csv.Field(days[day]);
            csv.Field(date.Year);
            csv.Field(date.Month);
            csv.Field(date.Day);
            csv.Field(isoWeekDay);
            csv.Field(working ? "true"u8 : "false"u8);
            csv.EndRow();
        }

        return days.Last + 1;
    }
}
