-- Takes a date, for a run of the origin 'event'; one of another origin takes none. No row comes back when the date has its
-- event-driven run already. Idempotent for those.
insert into etl.run
    (pipeline, run_date, as_of, time_zone, origin, state, attempt, definition_hash, worker, warnings, claimed_at)
values (@pipeline, @run_date, @as_of, @time_zone, @origin, 'claimed', 1, @definition_hash, @worker, @warnings, @now)
on conflict (pipeline, run_date) where origin = 'event' do nothing
returning *;
