-- Keeps a definition and its SQL by hash. Idempotent.
insert into etl.definition (hash, pipeline, document, sql, first_used_at)
values (@hash, @pipeline, @document, @sql::jsonb, @now)
on conflict (hash) do nothing;
