-- A drop that waits for its set, whose object was deleted. Idempotent.
-- @id; @every: whether all versions of its key that wait go with it; @reason.
update etl.drop as drops
set disposition = 'gone', reason = @reason
from etl.drop as newest
where newest.id = @id
  and drops.disposition = 'pending'
  and (
      drops.id = newest.id
      or (@every and drops.pipeline = newest.pipeline and drops.bucket = newest.bucket and drops.key = newest.key)
  );
