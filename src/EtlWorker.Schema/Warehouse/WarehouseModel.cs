using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace EtlWorker.Schema.Warehouse;

/// <summary>The default pipeline's schemas: <c>staging</c>, <c>if_common</c> and <c>analytics</c>.</summary>
internal static class WarehouseModel
{
    public static void Describe(ModelBuilder model)
    {
        Keyed(model.Entity<OrderRow>(), "staging", "orders", row => row.OrderId);
        // No key: 98 of 100 reviews repeat an earlier one, and all of them count.
        model.Entity<ReviewRow>().ToTable("reviews", "staging").HasNoKey();
        Keyed(model.Entity<ShipmentDeliveryRow>(), "staging", "shipment_deliveries", row => row.ShipmentId);

        Keyed(model.Entity<DateRow>(), "if_common", "dim_dates", row => row.CalendarDt);
        Keyed(model.Entity<ProductRow>(), "if_common", "dim_products", row => row.ProductId);
        Keyed(model.Entity<CustomerRow>(), "if_common", "dim_customers", row => row.CustomerId);
        Keyed(model.Entity<AddressRow>(), "if_common", "dim_addresses", row => row.PostalCode);

        Keyed(model.Entity<PublicHolidayRow>(), "analytics", "agg_public_holiday", row => row.IngestionDate);
        Keyed(model.Entity<ShipmentsRow>(), "analytics", "agg_shipments", row => row.IngestionDate);
        Keyed(model.Entity<BestPerformingProductRow>(), "analytics", "best_performing_product", row => row.IngestionDate);
    }

    private static void Keyed<T>(EntityTypeBuilder<T> table, string schema, string name, Expression<Func<T, object?>> key)
        where T : class
    {
        table.ToTable(name, schema).HasKey(key).HasName($"{name}_pk");
        foreach (var property in table.Metadata.GetDeclaredProperties())
        {
            // Keys come from the files, never from a sequence.
            property.ValueGenerated = Microsoft.EntityFrameworkCore.Metadata.ValueGenerated.Never;
        }
    }
}
