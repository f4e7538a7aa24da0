-- What learn_characters.sql has found.
select pg_catalog.current_setting('etl.characters')
