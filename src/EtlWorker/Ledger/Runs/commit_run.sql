-- Within the data transaction, last of all: the tables hold this run. No row: the run was taken over.
with committed as (
    update etl.run
    set state = 'committed', committed_at = @now, warnings = warnings || @warnings, error = null,
        passing_since = null, passing_at = null, passing_point = null,
        former_state = null, retry_error = null, retry_ended_at = null
    where id = @id and attempt = @attempt and state = 'claimed'
    returning id
), loaded as (
    update etl.drop
    set disposition = case when disposition = 'claimed' then 'loaded' else disposition end,
        run_id = case when disposition = 'gone' then null else run_id end,
        former_disposition = null
    from committed
    where run_id = committed.id and (disposition = 'claimed' or former_disposition is not null)
)
select id from committed;
