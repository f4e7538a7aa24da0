-- The drops of a run whose claim is returned wait again; those that were excluded meanwhile stay so.
-- An unchanged part of a snapshot that another run has loaded is that run's again.
with loaded as (
    select distinct on (feeds.drop_id) feeds.drop_id, feeds.run_id
    from etl.drop as part
    join etl.run_feed as feeds on feeds.drop_id = part.id and feeds.run_id <> @run_id
    join etl.run on run.id = feeds.run_id and run.attempt = feeds.attempt
    where part.run_id = @run_id and part.disposition = 'claimed' and run.state in ('committed', 'succeeded')
    order by feeds.drop_id, run.run_date desc
)
update etl.drop
set disposition = case
        when disposition <> 'claimed' then disposition
        when exists (select from loaded where loaded.drop_id = drop.id) then 'loaded'
        else 'pending'
    end,
    run_id = case when disposition = 'claimed' then (select loaded.run_id from loaded where loaded.drop_id = drop.id) end
where run_id = @run_id;
