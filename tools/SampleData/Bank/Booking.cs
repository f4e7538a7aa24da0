namespace EtlWorker.SampleData.Bank;

/// <summary>One line of the file of bookings.</summary>
/// <param name="Number">Its key, over all days.</param>
/// <param name="Account">The account's number, from 0.</param>
/// <param name="BookedOn">When it was booked.</param>
/// <param name="ValueOn">From when it counts for interest.</param>
/// <param name="Counterparty">Who paid, or was paid.</param>
/// <param name="Purpose">What for; may be empty.</param>
/// <param name="Cents">The amount, in hundredths of its currency.</param>
/// <param name="Currency">Three letters.</param>
/// <param name="IsBad">Whether one of its fields is one that a loader must refuse.</param>
internal sealed record Booking(
    long Number, int Account, DateOnly BookedOn, DateOnly ValueOn, string Counterparty, string Purpose, long Cents, string Currency,
    bool IsBad);
