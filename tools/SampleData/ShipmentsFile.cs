namespace EtlWorker.SampleData;

/// <summary>shipment_deliveries.csv: one row per order, most of them not shipped. A blank date is NULL.</summary>
internal static class ShipmentsFile
{
    private const int PercentShipped = 32;
    private const int PercentDeliveredOfShipped = 69;
    private const int PercentLate = 20;

    public static int Write(CsvWriter csv, SampleOptions options)
    {
        csv.Header("shipment_id,order_id,shipment_date,delivery_date"u8);
        csv.EndRow();
        var days = new DayTexts(options.FirstOrderDate, options.AsOf);
        var orders = new OrderSequence(options.Seed, days.Last);
        var random = new SplitMix64(options.Seed, RandomStream.Shipments);
        for (var row = 0; row < options.Orders; row++)
        {
            var order = orders.Next();
            var shipped = random.Chance(PercentShipped);
            var shipDay = order.Day + (random.Chance(PercentLate) ? random.Between(6, 14) : random.Between(1, 5));
            var delivered = random.Chance(PercentDeliveredOfShipped);
            var deliveryDay = shipDay + random.Between(1, 3);

            csv.Field(order.Id);
            csv.Field(order.Id);
            csv.Field(TextOf(shipDay, known: shipped));
            csv.Field(TextOf(deliveryDay, known: shipped && delivered));
            csv.EndRow();
        }

        return options.Orders;

        // What lies after the as-of date has not happened yet.
        ReadOnlySpan<byte> TextOf(int day, bool known) => known && day <= days.Last ? days[day] : default;
    }
}
