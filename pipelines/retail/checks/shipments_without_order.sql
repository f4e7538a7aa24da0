-- Shipments of an order that the orders file does not have: late and undelivered cannot be reported for them.
-- The subquery is for a cluster, whose nodes hold orders and shipments by keys of their own: it can be sent to each, a table cannot.
select shipments.shipment_id, shipments.order_id
from staging.shipment_deliveries as shipments
left join (select orders.order_id from staging.orders) as known on known.order_id = shipments.order_id
where known.order_id is null
