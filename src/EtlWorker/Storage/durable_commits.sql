-- A message is deleted once its drops are in the ledger: they must outlive a crash of the server. What waits for more than that stays.
select pg_catalog.set_config('synchronous_commit', 'on', false)
where pg_catalog.current_setting('synchronous_commit') operator(pg_catalog.=) 'off';
