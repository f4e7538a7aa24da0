-- The server process that carries out this statement.
select pg_catalog.pg_backend_pid();
