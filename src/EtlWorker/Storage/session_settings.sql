-- What each session of the worker's sets for itself, whatever the server, the database or the role says. Known to every version.
-- Names without a schema are PostgreSQL's; a table of the session's own hides none of them.
set search_path = pg_catalog, pg_temp;
-- What ends a session or a statement that is at work. A session whose worker is lost gives its locks back all the same: left in a
-- transaction after a quarter of an hour, and within two minutes when the worker's machine is gone.
set idle_session_timeout = 0;
set idle_in_transaction_session_timeout = '15min';
set lock_timeout = '30s';
set tcp_keepalives_idle = 30;
set tcp_keepalives_interval = 10;
set tcp_keepalives_count = 9;
set tcp_user_timeout = '2min';
-- What the worker's own transactions count on.
set default_transaction_isolation = 'read committed';
set default_transaction_deferrable = off;
-- How values are written and read: what is loaded, answered and exported is the same for every role.
set datestyle = 'ISO, MDY';
set intervalstyle = 'postgres';
set timezone = 'UTC';
set lc_monetary = 'C';
set extra_float_digits = 1;
set bytea_output = 'hex';
set xmloption = 'content';
set xmlbinary = 'base64';
set array_nulls = on;
set quote_all_identifiers = off;
-- What a statement means and which rows it finds.
set standard_conforming_strings = on;
set transform_null_equals = off;
set gin_fuzzy_search_limit = 0;
set row_security = on;
set client_min_messages = 'warning';
