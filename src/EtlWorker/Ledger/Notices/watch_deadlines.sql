-- A pipeline's deadlines are watched from now on. One row at the first look, none later. Idempotent.
insert into etl.deadline_watch (pipeline, judged_until)
values (@pipeline, @until)
on conflict (pipeline) do nothing;
