-- The objects of feeds whose every drop counts that were loaded, or that a person discarded. @pipeline; @feeds.
select key, etag, version_id
from etl.drop
where pipeline = @pipeline and feed = any(@feeds) and disposition in ('loaded', 'discarded');
