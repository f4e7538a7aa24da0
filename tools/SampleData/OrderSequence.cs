namespace EtlWorker.SampleData;

/// <summary>The orders of a seed, one after the other. Shipments walk the same sequence to know when each was placed.</summary>
internal struct OrderSequence(int seed, int lastDay)
{
    private const int Customers = 25;

    private SplitMix64 _random = new(seed, RandomStream.Orders);
    private int _id;

    public Order Next() => new(
        Id: ++_id,
        CustomerId: _random.Between(1, Customers),
        Day: _random.Between(0, lastDay),
        ProductId: _random.Between(1, ProductCatalog.Count),
        UnitPrice: _random.Between(50, 1000),
        Quantity: _random.Between(1, 10));
}
