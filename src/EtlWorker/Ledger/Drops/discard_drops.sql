-- Drops that nothing may take any more, and who said so. Idempotent: one that was discarded before keeps its reason.
update etl.drop
set disposition = 'discarded',
    reason = 'discarded by ' || @who || ' at '
        || pg_catalog.to_char(pg_catalog.now() at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS') || ' UTC: ' || @reason
where id = any(@ids) and disposition in ('pending', 'held', 'failed', 'superseded', 'ignored', 'gone');
