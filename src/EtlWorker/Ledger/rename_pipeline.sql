-- Carries all that the ledger has of a pipeline over to its new name. Idempotent. A date, or a version of an object, that both names have
-- breaks a unique key: then nothing is carried over. @former, @name.
with runs as (
    update etl.run set pipeline = @name where pipeline = @former
), notices as (
    update etl.notification set pipeline = @name where pipeline = @former
), definitions as (
    update etl.definition set pipeline = @name where pipeline = @former
), watched as (
    update etl.deadline_watch set pipeline = @name
    where pipeline = @former and not exists (select from etl.deadline_watch as other where other.pipeline = @name)
), migrations as (
    update etl.pipeline_migration as applied set pipeline = @name
    where applied.pipeline = @former
        and not exists (select from etl.pipeline_migration as other where other.pipeline = @name and other.file = applied.file)
), workers as (
    delete from etl.worker where pipeline = @former
), served as (
    delete from etl.pipeline where name = @former
)
update etl.drop set pipeline = @name where pipeline = @former;
