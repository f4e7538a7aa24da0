namespace EtlWorker.SampleData;

/// <summary>orders.csv. It ends without a line end, as the real feed does.</summary>
internal static class OrdersFile
{
    private const int Faults = 4;

    public static int Write(CsvWriter csv, SampleOptions options)
    {
        csv.Header("order_id,customer_id,order_date,product_id,unit_price,quantity,total_price"u8);
        var days = new DayTexts(options.FirstOrderDate, options.AsOf);
        var orders = new OrderSequence(options.Seed, days.Last);
        var bad = 0;
        for (var row = 0; row < options.Orders; row++)
        {
            csv.EndRow();
            var order = orders.Next();
            if (bad < options.BadRows && row == BadRow(bad, options))
                WriteBad(csv, order, days, fault: bad++ % Faults);
            else
                WriteGood(csv, order, days);
        }

        return options.Orders;
    }

    /// <summary>The middle of each of <see cref="SampleOptions.BadRows"/> equal stretches of the file.</summary>
    private static long BadRow(int index, SampleOptions options) =>
        ((2L * index) + 1) * options.Orders / (2L * options.BadRows);

    private static void WriteGood(CsvWriter csv, in Order order, DayTexts days)
    {
        csv.Field(order.Id);
        csv.Field(order.CustomerId);
        csv.Field(days[order.Day]);
        csv.Field(order.ProductId);
        csv.Field(order.UnitPrice);
        csv.Field(order.Quantity);
        csv.Field(order.TotalPrice);
    }

    private static void WriteBad(CsvWriter csv, in Order order, DayTexts days, int fault)
    {
        csv.Field(order.Id);
        if (fault == 2)
            csv.Field(""u8);
        else
            csv.Field(order.CustomerId);
        csv.Field(fault == 0 ? "2022-02-30"u8 : days[order.Day]);
        csv.Field(order.ProductId);
        csv.Field(order.UnitPrice);
        if (fault == 1)
            csv.Field("12x"u8);
        else
            csv.Field(order.Quantity);
        if (fault == 3)
            csv.Field("2147483648"u8);
        else
            csv.Field(order.TotalPrice);
    }
}
