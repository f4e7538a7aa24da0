-- Sets again what kept_settings.sql read: @role, @statement_timeout, @lock_timeout (which the worker limits for a transaction alone),
-- @application_name, @client_check. Returns whether the transaction is read-only, which no statement can lift.
select pg_catalog.current_setting('transaction_read_only')
from (
    select pg_catalog.set_config('role', @role, false), pg_catalog.set_config('statement_timeout', @statement_timeout, false),
           pg_catalog.set_config('lock_timeout', @lock_timeout, true), pg_catalog.set_config('application_name', @application_name, false),
           pg_catalog.set_config('client_connection_check_interval', @client_check, false)
    offset 0
) as returned;
