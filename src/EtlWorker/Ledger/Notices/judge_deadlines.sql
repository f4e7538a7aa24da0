-- Deadlines up to this time are done with. Idempotent; never goes back.
insert into etl.deadline_watch (pipeline, judged_until)
values (@pipeline, @until)
on conflict (pipeline) do update set judged_until = greatest(deadline_watch.judged_until, excluded.judged_until);
