-- What guarded_move.sql is to execute, until the end of the transaction.
-- @statement: with the parameters $1 and $2; @from, @to: the lines that these are.
select
    pg_catalog.set_config('etl.move', @statement, true),
    pg_catalog.set_config('etl.move_from', @from::text, true),
    pg_catalog.set_config('etl.move_to', @to::text, true)
