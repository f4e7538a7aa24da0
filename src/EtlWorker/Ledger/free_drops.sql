-- The drops of a run whose claim is given back wait again; those that were put aside meanwhile stay so.
update etl.drop
set disposition = case when disposition = 'claimed' then 'pending' else disposition end, run_id = null
where run_id = @run_id;
