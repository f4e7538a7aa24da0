-- The drops of a run that is made again: those chosen are claimed, those that it had besides are excluded.
-- @ids: the drops chosen; @kept: the feeds whose every drop counts: what is loaded of them stays loaded, the rest is held for the
-- next batch; one that failed has given way to a newer version.
-- What was excluded before stays so. What was loaded is remembered, for a retry that fails.
with chosen as (
    update etl.drop
    set disposition = 'claimed', run_id = @run_id, reason = null,
        former_disposition = case when disposition = 'loaded' then disposition else former_disposition end
    where id = any(@ids)
)
update etl.drop
set disposition = case when feed = any(@kept) and disposition <> 'failed' then 'held' else 'superseded' end,
    run_id = case when feed = any(@kept) and disposition <> 'failed' then null else run_id end,
    reason = 'its run was made again '
        || case when feed = any(@kept) and disposition <> 'failed' then 'without it; the next batch takes it' else 'with a newer drop' end,
    former_disposition = case when disposition = 'loaded' then disposition else former_disposition end
where run_id = @run_id
  and not id = any(@ids)
  and disposition in ('claimed', 'failed', 'loaded')
  and not (feed = any(@kept) and disposition = 'loaded');
