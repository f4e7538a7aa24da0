-- Records a migration in the transaction that applied it. @pipeline, @file, @sha256, @worker, @version.
insert into etl.pipeline_migration (pipeline, file, sha256, applied_at, worker, version)
values (@pipeline, @file, @sha256, pg_catalog.clock_timestamp(), @worker, @version);
