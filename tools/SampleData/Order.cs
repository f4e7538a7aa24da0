namespace EtlWorker.SampleData;

/// <summary>An order; <paramref name="Day"/> counts from the first order date.</summary>
internal readonly record struct Order(int Id, int CustomerId, int Day, int ProductId, int UnitPrice, int Quantity)
{
    public int TotalPrice => UnitPrice * Quantity;
}
