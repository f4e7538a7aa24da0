-- Bookings of accounts that no file has brought.
select booking.booking_number, booking.account
from bank.booking as booking
where not exists (select from bank.account as account where account.account = booking.account);
