-- A version of a definition is not used. Changes one row where that was not known before. @source, @version, @faults.
insert into etl.refused_definition (source, version, faults, refused_at)
values (@source, @version, @faults, pg_catalog.clock_timestamp())
on conflict (source) do update
set version = excluded.version, faults = excluded.faults, refused_at = excluded.refused_at
where refused_definition.version <> excluded.version;
