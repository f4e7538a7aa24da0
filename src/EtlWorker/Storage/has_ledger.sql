-- Whether this database has the table of applied migrations.
select pg_catalog.to_regclass('etl.migration') is not null;
