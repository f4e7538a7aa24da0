-- Whether this database has the table of applied migrations.
select to_regclass('etl.migration') is not null;
