-- Late: shipped six days or more after the order and not delivered. Undelivered: never shipped nor delivered, and the
-- order is fifteen days old or more at the as-of date. One row.
-- The subquery is for a cluster, whose nodes hold orders and shipments by keys of their own: it can be sent to each, a table cannot.
select
    count(*) filter (
        where shipments.shipment_date >= orders.order_date + 6 and shipments.delivery_date is null
    )::int as tt_late_shipments,
    count(*) filter (
        where shipments.shipment_date is null and shipments.delivery_date is null
          and orders.order_date + 15 <= @as_of::date
    )::int as tt_undelivered_items
from staging.shipment_deliveries as shipments
join (select orders.order_id, orders.order_date from staging.orders) as orders on orders.order_id = shipments.order_id
