-- The time up to which the pipeline's deadlines were looked at; no row before the first look.
select judged_until from etl.deadline_watch where pipeline = @pipeline;
