using System.Globalization;

namespace EtlWorker.SampleData.Bank;

/// <summary>
/// What the bank pipeline must export, computed from what was generated and not from the files: in whole cents, and without SQL.
/// </summary>
public static class BankAnswers
{
    public static IReadOnlyList<(string Currency, decimal Euros)> Rates { get; } =
        [("EUR", 1m), ("USD", 0.9234m), ("CHF", 1.0651m), ("GBP", 1.1748m)];

    /// <param name="days">The days that were loaded, the run's own last. Later days' accounts replace earlier ones.</param>
    /// <returns>The export of the balances, without a byte order mark.</returns>
    public static string Balances(params IReadOnlyList<SampleOptions> days)
    {
        var bookings = Bookings(days).ToLookup(booking => booking.Account);
        var accounts = days.SelectMany(AccountSequence.Of).GroupBy(account => account.Number).Select(versions => versions.Last());
        var lines = accounts.OrderBy(account => account.Number).Select(account =>
        {
            var own = bookings[account.Number].ToList();
            var cents = own.Sum(EuroCents);
            var last = own.Count == 0 ? "" : Iso(own.Max(booking => booking.BookedOn));
            return string.Join(';',
                Iso(days[^1].AsOf), Account.Text(account.Number), GermanText.Field(account.Holder), Text(own.Count),
                GermanText.Exported(cents), GermanText.Exported(cents + account.LimitCents), last);
        });
        return Csv("ingestion_date;account;holder;bookings;balance;available;last_booked_on", lines);
    }

    /// <param name="days">The days that were loaded, the run's own last.</param>
    /// <returns>The export of the turnover, without a byte order mark.</returns>
    public static string Turnover(params IReadOnlyList<SampleOptions> days)
    {
        var months = Bookings(days).GroupBy(booking => booking.BookedOn.AddDays(1 - booking.BookedOn.Day)).OrderBy(month => month.Key);
        return Csv("ingestion_date;month;bookings;credits;debits", months.Select(month => string.Join(';',
            Iso(days[^1].AsOf), Iso(month.Key), Text(month.Count()),
            GermanText.Exported(month.Where(booking => booking.Cents > 0).Sum(EuroCents)),
            GermanText.Exported(month.Where(booking => booking.Cents < 0).Sum(EuroCents)))));
    }

    private static IEnumerable<Booking> Bookings(IReadOnlyList<SampleOptions> days) =>
        days.SelectMany(BookingSequence.Of).Where(booking => !booking.IsBad);

    private static decimal EuroCents(Booking booking) => Math.Round(
        booking.Cents * Rates.First(rate => rate.Currency == booking.Currency).Euros, MidpointRounding.AwayFromZero);

    private static string Csv(string header, IEnumerable<string> lines) => string.Concat(lines.Prepend(header).Select(line => line + '\n'));

    private static string Iso(DateOnly date) => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
