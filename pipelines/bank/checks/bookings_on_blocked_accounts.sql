-- Debits booked on the run date on an account that is blocked.
select booking.booking_number, booking.account
from bank.booking as booking
join bank.account as account on account.account = booking.account
where account.is_blocked and booking.amount < 0 and booking.booked_on = @run_date;
