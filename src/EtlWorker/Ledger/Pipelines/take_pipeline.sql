-- A definition is in use from now on. A source whose pipeline has another name now is that one's alone. Idempotent.
-- @name, @source; @hash, @document, @sql: the definition.
with kept as (
    insert into etl.definition (hash, pipeline, document, sql, first_used_at)
    values (@hash, @name, @document, @sql::pg_catalog.jsonb, pg_catalog.clock_timestamp())
    on conflict (hash) do nothing
)
insert into etl.pipeline (name, source, definition_hash, taken_at)
values (@name, @source, @hash, pg_catalog.clock_timestamp())
on conflict (name) do update
set source = excluded.source, definition_hash = excluded.definition_hash, removed_at = null,
    taken_at = case when pipeline.definition_hash = excluded.definition_hash then pipeline.taken_at else excluded.taken_at end;
