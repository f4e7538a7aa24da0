using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace EtlWorker.SampleData.Bank;

/// <summary>
/// Writes the files of the bank pipeline for one day: bookings (packed), accounts, rates and the marker. The text is the same for the same
/// options; what gzip makes of it depends on the version of .NET.
/// </summary>
public static class BankFeed
{
    private static readonly Encoding Windows1252 = CodePagesEncodingProvider.Instance.GetEncoding(1252)!;

    public static string BookingsFile(DateOnly day) => Named($"umsaetze_{day:yyyyMMdd}.csv.gz");

    public static string AccountsFile(DateOnly day) => Named($"konten_{day:yyyyMMdd}.csv");

    public static string RatesFile => "kurse.csv";

    public static string MarkerFile(DateOnly day) => Named($"fertig_{day:yyyyMMdd}.txt");

    public static IReadOnlyList<SampleFile> WriteAll(string directory, SampleOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.ThrowIfOutOfRange();
        Directory.CreateDirectory(directory);
        return
        [
            WriteFile(BookingsFile(options.AsOf), Windows1252, text => WriteBookings(text, options), isPacked: true),
            WriteFile(AccountsFile(options.AsOf), Windows1252, text => WriteAccounts(text, options)),
            WriteFile(RatesFile, Encoding.ASCII, text => WriteRates(text, options)),
            WriteFile(MarkerFile(options.AsOf), Encoding.ASCII, _ => 0),
        ];

        SampleFile WriteFile(string name, Encoding encoding, Func<TextWriter, int> write, bool isPacked = false)
        {
            using var file = File.Create(Path.Combine(directory, name));
            int rows;
            using (var packed = isPacked ? new GZipStream(file, CompressionLevel.Fastest, leaveOpen: true) : null)
            using (var text = new StreamWriter(packed ?? (Stream)file, encoding, leaveOpen: true) { NewLine = "\r\n" })
            {
                rows = write(text);
            }

            return new SampleFile(name, rows, file.Length);
        }
    }

    /// <summary>Two lines of a title, one of a time, a blank one, the header, the bookings, and their sum.</summary>
    private static int WriteBookings(TextWriter text, SampleOptions options)
    {
        text.WriteLine("Musterbank AG;Umsatzliste");
        text.WriteLine($"Zeitraum;{GermanText.Date(options.AsOf.AddDays(-45))} - {GermanText.Date(options.AsOf)}");
        text.WriteLine($"Erstellt am;{GermanText.Date(options.AsOf)} 06:00");
        text.WriteLine();
        text.WriteLine("Buchungsnummer;Konto;Buchungstag;Wertstellung;Auftraggeber/Empfänger;Verwendungszweck;Betrag;Währung;Notiz");
        var sum = 0L;
        foreach (var booking in BookingSequence.Of(options))
        {
            var amount = GermanText.Amount(booking.Cents);
            text.WriteLine(string.Join(';',
                booking.Number.ToString(CultureInfo.InvariantCulture), Account.Text(booking.Account), GermanText.Date(booking.BookedOn),
                GermanText.Date(booking.ValueOn), GermanText.Field(booking.Counterparty), GermanText.Field(booking.Purpose),
                booking.IsBad ? Bad(amount, booking) : amount, booking.Currency, ""));
            sum += booking.Cents;
        }

        text.WriteLine($"Summe;;;;;;{GermanText.Amount(sum)};;");
        return options.Orders;
    }

    /// <summary>A group of two digits, the decimal point of another country, or no number.</summary>
    private static string Bad(string amount, Booking booking) => (booking.Number % 3) switch
    {
        0 => "1.23,45",
        1 => "1,234.56",
        _ => $"{amount} EUR",
    };

    private static int WriteAccounts(TextWriter text, SampleOptions options)
    {
        text.WriteLine("Konto;Inhaber;Eröffnet;Kreditlimit;Gesperrt;Geändert");
        foreach (var account in AccountSequence.Of(options))
        {
            text.WriteLine(string.Join(';',
                Account.Text(account.Number), GermanText.Field(account.Holder), GermanText.Date(account.OpenedOn),
                GermanText.Amount(account.LimitCents), account.IsBlocked ? "ja" : "nein", $"{GermanText.Date(options.AsOf)} 05:45"));
        }

        return AccountSequence.CountOf(options);
    }

    private static int WriteRates(TextWriter text, SampleOptions options)
    {
        text.WriteLine($"# Kurse vom {GermanText.Date(options.AsOf)}: was eine Einheit in Euro wert ist");
        foreach (var (currency, euros) in BankAnswers.Rates)
        {
            var rate = euros.ToString(CultureInfo.InvariantCulture).Replace('.', ',');
            text.WriteLine($"{currency};{rate};{GermanText.Date(options.AsOf)}");
        }

        return BankAnswers.Rates.Count;
    }

    private static string Named(FormattableString name) => name.ToString(CultureInfo.InvariantCulture);
}
