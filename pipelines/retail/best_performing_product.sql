-- The ordered product with the most review points (ties: the higher average, then the lower id): the day it was ordered
-- most (ties: the earliest), how its reviews spread over the stars, and how its shipped orders split into early and late.
-- Each side is counted apart, so that no join multiplies the points. One row, or none when nothing was reviewed and ordered.
-- Orders and reviews meet as subqueries: on a cluster, whose nodes hold them by keys of their own, those can be sent to each node.
with review_points as (
    select
        reviews.product_id,
        count(*) as reviews,
        sum(reviews.review) as points,
        count(*) filter (where reviews.review = 1) as one_star,
        count(*) filter (where reviews.review = 2) as two_star,
        count(*) filter (where reviews.review = 3) as three_star,
        count(*) filter (where reviews.review = 4) as four_star,
        count(*) filter (where reviews.review = 5) as five_star
    from staging.reviews
    join (select distinct orders.product_id from staging.orders) as ordered on ordered.product_id = reviews.product_id
    group by reviews.product_id
),
best as (
    select *
    from review_points
    order by points desc, points::numeric / reviews desc, product_id
    limit 1
),
best_day as (
    select orders.order_date
    from staging.orders
    join best on best.product_id = orders.product_id
    group by orders.order_date
    order by count(*) desc, orders.order_date
    limit 1
),
shipped as (
    select
        count(*) as shipments,
        count(*) filter (
            where shipments.shipment_date >= orders.order_date + 6 and shipments.delivery_date is null
        ) as late
    from (
        select orders.order_id, orders.order_date
        from best
        join staging.orders on orders.product_id = best.product_id
    ) as orders
    join staging.shipment_deliveries as shipments on shipments.order_id = orders.order_id
    where shipments.shipment_date is not null
)
select
    coalesce(products.product_name, 'product ' || best.product_id) as product_name,
    best_day.order_date as most_ordered_day,
    coalesce(dates.day_of_the_week_num between 1 and 5 and not dates.working_day, false) as is_public_holiday,
    best.points::int as tt_review_points,
    best.one_star * 100.0::float8 / best.reviews as pct_one_star_review,
    best.two_star * 100.0::float8 / best.reviews as pct_two_star_review,
    best.three_star * 100.0::float8 / best.reviews as pct_three_star_review,
    best.four_star * 100.0::float8 / best.reviews as pct_four_star_review,
    best.five_star * 100.0::float8 / best.reviews as pct_five_star_review,
    coalesce((shipped.shipments - shipped.late) * 100.0::float8 / nullif(shipped.shipments, 0), 0) as pct_early_shipments,
    coalesce(shipped.late * 100.0::float8 / nullif(shipped.shipments, 0), 0) as pct_late_shipments
from best
cross join best_day
cross join shipped
left join if_common.dim_products as products on products.product_id = best.product_id
left join if_common.dim_dates as dates on dates.calendar_dt = best_day.order_date
