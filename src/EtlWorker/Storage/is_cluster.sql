-- Whether the database is one of a Citus cluster, which spreads tables over nodes.
select exists (select from pg_catalog.pg_extension as extension where extension.extname operator(pg_catalog.=) 'citus');
