-- A migration may rewrite large tables, and another one waits for it; for its transaction alone.
set local lock_timeout = 0;
set local statement_timeout = 0;
set local idle_in_transaction_session_timeout = 0;
