-- The migrations that this database has, oldest first.
select migration_id from etl.migration order by migration_id;
