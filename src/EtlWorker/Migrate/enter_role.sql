-- Makes a role the one whose rights count, for the transaction. @role.
select pg_catalog.set_config('role', @role, true);
