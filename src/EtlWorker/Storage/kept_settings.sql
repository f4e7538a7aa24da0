-- What the worker has set in its session besides what each session has: to be set again after SQL that somebody else wrote.
-- pg_backend_pid keeps the question from a parallel worker, which does not know whether the transaction is read-only.
select pg_catalog.current_setting('role'), pg_catalog.current_setting('statement_timeout'), pg_catalog.current_setting('lock_timeout'),
       pg_catalog.current_setting('application_name'), pg_catalog.current_setting('client_connection_check_interval'),
       pg_catalog.current_setting('transaction_read_only')
where pg_catalog.pg_backend_pid() is not null;
