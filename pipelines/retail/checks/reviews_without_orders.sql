-- Products that were reviewed and never ordered: they cannot be the best performing product, having no day of most orders.
select reviewed.product_id
from (select distinct reviews.product_id from staging.reviews) as reviewed
left join (select distinct orders.product_id from staging.orders) as ordered on ordered.product_id = reviewed.product_id
where ordered.product_id is null
