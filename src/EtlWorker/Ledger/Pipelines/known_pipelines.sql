-- All pipelines with the last definition that was good, the one taken last first.
select pipeline.name, pipeline.source, kept.hash, kept.document, kept.sql::pg_catalog.text, pipeline.removed_at is not null
from etl.pipeline
join etl.definition as kept on kept.hash = pipeline.definition_hash
order by pipeline.taken_at desc, pipeline.name;
