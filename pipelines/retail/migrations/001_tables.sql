-- Made from the migration 20261128022153_Tables of src/EtlWorker.Schema/Warehouse, by a test (CONTRIBUTING.md): never edited by hand.
-- What it names without a schema is PostgreSQL's, whatever others have put on the path.
SET LOCAL search_path = pg_catalog, pg_temp;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM pg_namespace WHERE nspname = 'analytics') THEN
        CREATE SCHEMA analytics;
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM pg_namespace WHERE nspname = 'if_common') THEN
        CREATE SCHEMA if_common;
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM pg_namespace WHERE nspname = 'staging') THEN
        CREATE SCHEMA staging;
    END IF;
END $EF$;

CREATE TABLE IF NOT EXISTS analytics.agg_public_holiday (
    ingestion_date date NOT NULL,
    tt_order_hol_jan integer NOT NULL,
    tt_order_hol_feb integer NOT NULL,
    tt_order_hol_mar integer NOT NULL,
    tt_order_hol_apr integer NOT NULL,
    tt_order_hol_may integer NOT NULL,
    tt_order_hol_jun integer NOT NULL,
    tt_order_hol_jul integer NOT NULL,
    tt_order_hol_aug integer NOT NULL,
    tt_order_hol_sep integer NOT NULL,
    tt_order_hol_oct integer NOT NULL,
    tt_order_hol_nov integer NOT NULL,
    tt_order_hol_dec integer NOT NULL,
    CONSTRAINT agg_public_holiday_pk PRIMARY KEY (ingestion_date)
);

CREATE TABLE IF NOT EXISTS analytics.agg_shipments (
    ingestion_date date NOT NULL,
    tt_late_shipments integer NOT NULL,
    tt_undelivered_items integer NOT NULL,
    CONSTRAINT agg_shipments_pk PRIMARY KEY (ingestion_date)
);

CREATE TABLE IF NOT EXISTS analytics.best_performing_product (
    ingestion_date date NOT NULL,
    product_name text NOT NULL,
    most_ordered_day date NOT NULL,
    is_public_holiday boolean NOT NULL,
    tt_review_points integer NOT NULL,
    pct_one_star_review double precision NOT NULL,
    pct_two_star_review double precision NOT NULL,
    pct_three_star_review double precision NOT NULL,
    pct_four_star_review double precision NOT NULL,
    pct_five_star_review double precision NOT NULL,
    pct_early_shipments double precision NOT NULL,
    pct_late_shipments double precision NOT NULL,
    CONSTRAINT best_performing_product_pk PRIMARY KEY (ingestion_date)
);

CREATE TABLE IF NOT EXISTS if_common.dim_addresses (
    postal_code text NOT NULL,
    country text NOT NULL,
    region text NOT NULL,
    state text NOT NULL,
    address text NOT NULL,
    CONSTRAINT dim_addresses_pk PRIMARY KEY (postal_code)
);

CREATE TABLE IF NOT EXISTS if_common.dim_customers (
    customer_id integer NOT NULL,
    customer_name text NOT NULL,
    postal_code text,
    CONSTRAINT dim_customers_pk PRIMARY KEY (customer_id)
);

CREATE TABLE IF NOT EXISTS if_common.dim_dates (
    calendar_dt date NOT NULL,
    year_num integer NOT NULL,
    month_of_the_year_num integer NOT NULL,
    day_of_the_month_num integer NOT NULL,
    day_of_the_week_num integer NOT NULL,
    working_day boolean NOT NULL,
    CONSTRAINT dim_dates_pk PRIMARY KEY (calendar_dt)
);

CREATE TABLE IF NOT EXISTS if_common.dim_products (
    product_id integer NOT NULL,
    product_category text NOT NULL,
    product_name text NOT NULL,
    CONSTRAINT dim_products_pk PRIMARY KEY (product_id)
);

CREATE TABLE IF NOT EXISTS staging.orders (
    order_id integer NOT NULL,
    customer_id integer NOT NULL,
    order_date date NOT NULL,
    product_id integer NOT NULL,
    unit_price integer NOT NULL,
    quantity integer NOT NULL,
    total_price integer NOT NULL,
    CONSTRAINT orders_pk PRIMARY KEY (order_id)
);

CREATE TABLE IF NOT EXISTS staging.reviews (
    review integer NOT NULL,
    product_id integer NOT NULL
);

CREATE TABLE IF NOT EXISTS staging.shipment_deliveries (
    shipment_id integer NOT NULL,
    order_id integer NOT NULL,
    shipment_date date,
    delivery_date date,
    CONSTRAINT shipment_deliveries_pk PRIMARY KEY (shipment_id)
);

-- The default calendar, 2015 to 2035: ISO week days (1 = Monday); no working day on weekends and twelve fixed dates.
-- Replaced as a whole when the `calendar` feed lands. A calendar that is there already stays as it is.
insert into if_common.dim_dates
    (calendar_dt, year_num, month_of_the_year_num, day_of_the_month_num, day_of_the_week_num, working_day)
select
    day::date,
    extract(year from day)::int,
    extract(month from day)::int,
    extract(day from day)::int,
    extract(isodow from day)::int,
    extract(isodow from day) < 6 and to_char(day, 'MM-DD') not in (
        '01-01', '02-14', '03-29', '04-01', '05-01', '06-12', '07-04', '08-30', '09-12', '10-01', '11-11', '12-25')
from generate_series(timestamp '2015-01-01', timestamp '2035-12-31', interval '1 day') as day
where not exists (select 1 from if_common.dim_dates);
