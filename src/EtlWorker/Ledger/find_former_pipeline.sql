-- Whether anything in the ledger is still under a pipeline's former name, and whether anything is under its own. One recorder of names
-- at a time, until the transaction ends. @former, @name.
select pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtextextended('etlworker:rename:' || @former, 0))::pg_catalog.text is not null and (
    exists (select from etl.run where pipeline = @former) or exists (select from etl.drop where pipeline = @former)
), exists (select from etl.run where pipeline = @name) or exists (select from etl.drop where pipeline = @name);
