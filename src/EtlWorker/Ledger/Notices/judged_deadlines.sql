-- The time up to which the pipeline's deadlines were looked at, kept from other lookers until the transaction ends.
select judged_until from etl.deadline_watch where pipeline = @pipeline for update;
