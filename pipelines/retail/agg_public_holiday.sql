-- Orders of the year that ends at the as-of date, placed on a public holiday (a week day that is no working day), by month.
-- One row; a month without such orders counts 0.
select
    count(*) filter (where dates.month_of_the_year_num = 1)::int as tt_order_hol_jan,
    count(*) filter (where dates.month_of_the_year_num = 2)::int as tt_order_hol_feb,
    count(*) filter (where dates.month_of_the_year_num = 3)::int as tt_order_hol_mar,
    count(*) filter (where dates.month_of_the_year_num = 4)::int as tt_order_hol_apr,
    count(*) filter (where dates.month_of_the_year_num = 5)::int as tt_order_hol_may,
    count(*) filter (where dates.month_of_the_year_num = 6)::int as tt_order_hol_jun,
    count(*) filter (where dates.month_of_the_year_num = 7)::int as tt_order_hol_jul,
    count(*) filter (where dates.month_of_the_year_num = 8)::int as tt_order_hol_aug,
    count(*) filter (where dates.month_of_the_year_num = 9)::int as tt_order_hol_sep,
    count(*) filter (where dates.month_of_the_year_num = 10)::int as tt_order_hol_oct,
    count(*) filter (where dates.month_of_the_year_num = 11)::int as tt_order_hol_nov,
    count(*) filter (where dates.month_of_the_year_num = 12)::int as tt_order_hol_dec
from staging.orders
join if_common.dim_dates as dates on dates.calendar_dt = orders.order_date
where orders.order_date > (@as_of::date - interval '1 year')::date
  and orders.order_date <= @as_of::date
  and dates.day_of_the_week_num between 1 and 5
  and not dates.working_day
