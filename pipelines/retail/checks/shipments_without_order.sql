-- Shipments of an order that the orders file does not have: late and undelivered cannot be told for them.
select shipments.shipment_id, shipments.order_id
from staging.shipment_deliveries as shipments
where not exists (select from staging.orders where orders.order_id = shipments.order_id)
