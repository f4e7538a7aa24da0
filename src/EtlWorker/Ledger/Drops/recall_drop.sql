-- An ignored drop counts again. Idempotent: one that is no longer ignored stays as it is.
update etl.drop
set disposition = 'pending', feed = @feed, reason = null, received_at = @now
where id = @id and disposition = 'ignored';
