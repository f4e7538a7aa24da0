-- Takes back whatever somebody else's SQL has set in the session: its authorization, too, and what no file of the worker's names.
set search_path = pg_catalog, pg_temp;
-- A cursor WITH HOLD would carry out its query at COMMIT, outside of every fence.
close all;
reset session authorization;
reset all;
