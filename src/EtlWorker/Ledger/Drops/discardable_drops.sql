-- The drops of a pipeline that a person wants to be rid of, locked until the transaction ends.
-- Whether a drop's rows are in the tables is seen by its disposition, and while a loaded date is made again by its former one.
select drops.id, drops.feed, drops.key, drops.disposition, run.run_date,
    drops.disposition = 'loaded' or coalesce(drops.former_disposition = 'loaded', false), drops.reason
from etl.drop as drops
left join etl.run on run.id = drops.run_id
where drops.pipeline = @pipeline and drops.id = any(@ids)
order by drops.id
for update of drops;
