-- The migrations of a pipeline that this database has; what stands under its present name counts before its former one. @pipeline, @former.
select file, sha256
from etl.pipeline_migration
where pipeline in (@pipeline, @former)
order by pipeline = @pipeline;
