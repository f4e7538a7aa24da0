-- Products that were reviewed and never ordered: they cannot be the best performing product, having no day of most orders.
select distinct reviews.product_id
from staging.reviews
where not exists (select from staging.orders where orders.product_id = reviews.product_id)
