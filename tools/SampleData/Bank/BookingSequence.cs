using System.Globalization;

namespace EtlWorker.SampleData.Bank;

/// <summary>The bookings of one day's file, the same for the same options.</summary>
internal static class BookingSequence
{
    /// <summary>Of one day at most: what is left of the digits of a number behind its date.</summary>
    private const long MostOfADay = 100_000_000;

    private const int DaysBack = 45;

    // All in windows-1252, with what a loader that guesses gets wrong: letters of Latin-1, the euro sign, quotes and delimiters.
    private static readonly string[] Counterparties =
    [
        "Bäckerei Größl", "Café Zoé", "Müller & Söhne KG", "Stadtwerke Köln", "Søren Ågård", "François Lefèvre", "Straßenbau AG",
        "\"Zum Löwen\"; Gasthof", "Finanzamt Nürnberg", "Versicherung „Glück“",
    ];

    private static readonly string[] Purposes =
        ["Rechnung {0}", "", "Gebühr 5 € / {0}", "Miete; Nebenkosten {0}", "Gehalt {0}", "SEPA {0}"];

    private static readonly string[] Currencies = ["EUR", "EUR", "EUR", "EUR", "EUR", "EUR", "EUR", "USD", "CHF", "GBP"];

    public static IEnumerable<Booking> Of(SampleOptions options)
    {
        var random = new SplitMix64(options.Seed, RandomStream.Bookings);
        var first = ((options.AsOf.Year * 10_000L) + (options.AsOf.Month * 100) + options.AsOf.Day) * MostOfADay;
        var accounts = AccountSequence.CountOf(options);
        for (var row = 1; row <= options.Orders; row++)
        {
            var account = random.Between(0, accounts - 1);
            var booked = options.AsOf.AddDays(-random.Between(0, DaysBack));
            var purpose = string.Format(CultureInfo.InvariantCulture, Purposes[random.Between(0, Purposes.Length - 1)], row);
            var counterparty = Counterparties[random.Between(0, Counterparties.Length - 1)];
            var cents = random.Chance(4) ? random.Between(100_000_000, 1_999_999_999) : (long)random.Between(1, 250_000);
            var sign = random.Chance(60) ? -1 : 1;
            var currency = Currencies[random.Between(0, Currencies.Length - 1)];
            yield return new Booking(
                first + row, account, booked, booked.AddDays(random.Between(0, 2)), counterparty, purpose, sign * cents, currency,
                row <= options.BadRows);
        }
    }
}
