-- The drops of a run that is made again: those chosen are claimed, those that it had besides are superseded.
-- @ids: the drops chosen.
with chosen as (
    update etl.drop
    set disposition = 'claimed', run_id = @run_id, reason = null
    where id = any(@ids)
)
update etl.drop
set disposition = 'superseded', reason = 'a retry of its run took a newer drop'
where run_id = @run_id and not id = any(@ids);
