-- The drops of a run that is made again: those chosen are claimed, those that it had besides are put aside.
-- @ids: the drops chosen; @kept: the feeds whose every drop counts: what is loaded of them stays loaded, the rest is held for the
-- next batch; one that failed has given way to a newer version.
-- What was put aside before stays so.
with chosen as (
    update etl.drop
    set disposition = 'claimed', run_id = @run_id, reason = null
    where id = any(@ids)
)
update etl.drop
set disposition = case when feed = any(@kept) and disposition <> 'failed' then 'held' else 'superseded' end,
    run_id = case when feed = any(@kept) and disposition <> 'failed' then null else run_id end,
    reason = 'its run was made again '
        || case when feed = any(@kept) and disposition <> 'failed' then 'without it; the next batch takes it' else 'with a newer drop' end
where run_id = @run_id
  and not id = any(@ids)
  and disposition in ('claimed', 'failed', 'loaded')
  and not (feed = any(@kept) and disposition = 'loaded');
