-- Orders whose date the calendar does not have: whether it was a public holiday cannot be reported.
select orders.order_id, orders.order_date
from staging.orders
left join if_common.dim_dates as dates on dates.calendar_dt = orders.order_date
where dates.calendar_dt is null
