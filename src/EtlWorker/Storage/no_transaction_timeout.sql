-- PostgreSQL 17: a run is one transaction, as long as its load, checks and analyses take.
set transaction_timeout = 0;
