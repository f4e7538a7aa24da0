-- Whether this database has the table of pipelines' migrations.
select pg_catalog.to_regclass('etl.pipeline_migration') is not null;
