// The default pipeline's tables, named as the warehouse has them.
namespace EtlWorker.Schema.Warehouse;

internal sealed class OrderRow
{
    public int OrderId { get; init; }
    public int CustomerId { get; init; }
    public DateOnly OrderDate { get; init; }
    public int ProductId { get; init; }
    public int UnitPrice { get; init; }
    public int Quantity { get; init; }
    public int TotalPrice { get; init; }
}

internal sealed class ReviewRow
{
    public int Review { get; init; }
    public int ProductId { get; init; }
}

internal sealed class ShipmentDeliveryRow
{
    public int ShipmentId { get; init; }
    public int OrderId { get; init; }
    public DateOnly? ShipmentDate { get; init; }
    public DateOnly? DeliveryDate { get; init; }
}

internal sealed class DateRow
{
    public DateOnly CalendarDt { get; init; }
    public int YearNum { get; init; }
    public int MonthOfTheYearNum { get; init; }
    public int DayOfTheMonthNum { get; init; }
    public int DayOfTheWeekNum { get; init; }
    public bool WorkingDay { get; init; }
}

internal sealed class ProductRow
{
    public int ProductId { get; init; }
    public required string ProductCategory { get; init; }
    public required string ProductName { get; init; }
}

internal sealed class CustomerRow
{
    public int CustomerId { get; init; }
    public required string CustomerName { get; init; }
    public string? PostalCode { get; init; }
}

internal sealed class AddressRow
{
    public required string PostalCode { get; init; }
    public required string Country { get; init; }
    public required string Region { get; init; }
    public required string State { get; init; }
    public required string Address { get; init; }
}

internal sealed class PublicHolidayRow
{
    public DateOnly IngestionDate { get; init; }
    public int TtOrderHolJan { get; init; }
    public int TtOrderHolFeb { get; init; }
    public int TtOrderHolMar { get; init; }
    public int TtOrderHolApr { get; init; }
    public int TtOrderHolMay { get; init; }
    public int TtOrderHolJun { get; init; }
    public int TtOrderHolJul { get; init; }
    public int TtOrderHolAug { get; init; }
    public int TtOrderHolSep { get; init; }
    public int TtOrderHolOct { get; init; }
    public int TtOrderHolNov { get; init; }
    public int TtOrderHolDec { get; init; }
}

internal sealed class ShipmentsRow
{
    public DateOnly IngestionDate { get; init; }
    public int TtLateShipments { get; init; }
    public int TtUndeliveredItems { get; init; }
}

internal sealed class BestPerformingProductRow
{
    public DateOnly IngestionDate { get; init; }
    public required string ProductName { get; init; }
    public DateOnly MostOrderedDay { get; init; }
    public bool IsPublicHoliday { get; init; }
    public int TtReviewPoints { get; init; }
    public double PctOneStarReview { get; init; }
    public double PctTwoStarReview { get; init; }
    public double PctThreeStarReview { get; init; }
    public double PctFourStarReview { get; init; }
    public double PctFiveStarReview { get; init; }
    public double PctEarlyShipments { get; init; }
    public double PctLateShipments { get; init; }
}
