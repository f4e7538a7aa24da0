-- Records a file that a command's run loads, and gives it to the run. Whatever else is known of the same file, this is a drop of its own.
insert into etl.drop
    (pipeline, feed, bucket, key, version_id, etag, size, event_time, source, received_at, disposition, run_id)
values
    (@pipeline, @feed, @bucket, @key, @version_id, @etag, @size, @event_time, 'manual', @now, 'claimed', @run_id);
