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
