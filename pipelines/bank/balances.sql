-- Of each account what was booked up to @as_of, in euros, and what may still be spent.
select
    account.account,
    account.holder,
    count(booking.booking_number) as bookings,
    coalesce(sum(round(booking.amount * rate.euros, 2)), 0) as balance,
    coalesce(sum(round(booking.amount * rate.euros, 2)), 0) + account.credit_limit as available,
    max(booking.booked_on) as last_booked_on
from bank.account as account
left join bank.booking as booking on booking.account = account.account and booking.booked_on <= @as_of
left join bank.rate as rate on rate.currency = booking.currency
group by account.account, account.holder, account.credit_limit;
