-- Takes a date. No row comes back when the date has its event-driven run already. Idempotent.
insert into etl.run
    (pipeline, run_date, as_of, time_zone, origin, state, attempt, definition_hash, worker, warnings, claimed_at)
values (@pipeline, @run_date, @as_of, @time_zone, 'event', 'claimed', 1, @definition_hash, @worker, @warnings, @now)
on conflict (pipeline, run_date) where origin = 'event' do nothing
returning *;
