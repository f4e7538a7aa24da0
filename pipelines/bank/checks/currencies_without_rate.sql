-- Currencies that were booked in and cannot be counted in euros.
select distinct booking.currency
from bank.booking as booking
where not exists (select from bank.rate as rate where rate.currency = booking.currency);
