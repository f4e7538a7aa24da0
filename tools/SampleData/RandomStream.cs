namespace EtlWorker.SampleData;

/// <summary>The files that draw random numbers. The values are part of the output: never renumber them.</summary>
internal enum RandomStream
{
    Orders = 1,
    Reviews = 2,
    Shipments = 3,
    Bookings = 4,
    Accounts = 5,
}
