-- Executes what keep_move.sql has kept. An internal error becomes another one, which ends no session: a type may have refused a text
-- with it.
do $$
declare
    moved bigint;
begin
    execute pg_catalog.current_setting('etl.move')
        using pg_catalog.current_setting('etl.move_from')::int8, pg_catalog.current_setting('etl.move_to')::int8;
    get diagnostics moved = row_count;
    perform pg_catalog.set_config('etl.moved', moved::text, true);
exception
    when internal_error then
        raise exception 'refused with an internal error' using errcode = 'EWX00';
end
$$
