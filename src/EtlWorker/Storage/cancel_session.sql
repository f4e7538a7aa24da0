-- Ends the statement that a session of this login is executing, if any; the session stays. Idempotent.
select pg_catalog.pg_cancel_backend(@session);
