-- How many rows guarded_move.sql has moved.
select pg_catalog.current_setting('etl.moved')::int8
