-- Carries all that the ledger has of a pipeline's feeds over to their new names. Idempotent.
-- @pipeline; @formers, @names: of equal length.
with renamed as (
    select pair.former, pair.present
    from rows from (pg_catalog.unnest(@formers::text[]), pg_catalog.unnest(@names::text[])) as pair (former, present)
), loads as (
    update etl.run_feed as load set feed = renamed.present
    from renamed, etl.run
    where run.id = load.run_id and run.pipeline = @pipeline and load.feed = renamed.former
), refused as (
    update etl.reject as reject set feed = renamed.present
    from renamed, etl.run
    where run.id = reject.run_id and run.pipeline = @pipeline and reject.feed = renamed.former
), files as (
    update etl.rejected_file as file set feed = renamed.present
    from renamed, etl.run
    where run.id = file.run_id and run.pipeline = @pipeline and file.feed = renamed.former
)
update etl.drop as drops set feed = renamed.present
from renamed
where drops.pipeline = @pipeline and drops.feed = renamed.former;
