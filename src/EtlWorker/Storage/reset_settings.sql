-- Takes back whatever somebody else's SQL has set in the session: its authorization, too, and what no file of the worker's names.
set search_path = pg_catalog, pg_temp;
reset session authorization;
reset all;
