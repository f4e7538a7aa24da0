-- Of each month with a booking up to @as_of what came in and what went out, in euros.
select
    date_trunc('month', booking.booked_on)::date as month,
    count(*) as bookings,
    coalesce(sum(round(booking.amount * rate.euros, 2)) filter (where booking.amount > 0), 0) as credits,
    coalesce(sum(round(booking.amount * rate.euros, 2)) filter (where booking.amount < 0), 0) as debits
from bank.booking as booking
join bank.rate as rate on rate.currency = booking.currency
where booking.booked_on <= @as_of
group by date_trunc('month', booking.booked_on);
