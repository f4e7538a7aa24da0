-- What one drop's load came to in this attempt. Idempotent. The table checks that read = loaded + rejected.
insert into etl.run_feed
    (run_id, attempt, feed, drop_id, bytes, sha256, rows_read, rows_loaded, rows_rejected, seconds, indexes)
values (@run_id, @attempt, @feed, @drop_id, @bytes, @sha256, @rows_read, @rows_loaded, @rows_rejected, @seconds, @indexes)
on conflict (run_id, attempt, drop_id) do update
set bytes = excluded.bytes, sha256 = excluded.sha256, rows_read = excluded.rows_read,
    rows_loaded = excluded.rows_loaded, rows_rejected = excluded.rows_rejected, seconds = excluded.seconds,
    indexes = excluded.indexes;
