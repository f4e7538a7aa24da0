namespace EtlWorker.SampleData.Bank;

/// <summary>One line of the file of accounts.</summary>
/// <param name="Number">From 0.</param>
/// <param name="Holder">Whose it is.</param>
/// <param name="OpenedOn">Since when.</param>
/// <param name="LimitCents">How far it may be overdrawn, in hundredths of a euro.</param>
/// <param name="IsBlocked">Whether nothing more may be booked.</param>
internal sealed record Account(int Number, string Holder, DateOnly OpenedOn, long LimitCents, bool IsBlocked)
{
    /// <summary>As the files have it: a country, a bank and a number.</summary>
    public static string Text(int number) => $"DE44500105{number:0000000000}";
}
