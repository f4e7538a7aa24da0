-- Keeps a message that could not be read, with the reason; its later receives only raise the count. Idempotent.
insert into etl.unreadable_message (queue, message_id, body, reason, receive_count, first_received_at, last_received_at)
values (@queue, @message_id, @body, @reason, @receive_count, @now, @now)
on conflict (queue, message_id) do update
set receive_count = greatest(unreadable_message.receive_count, excluded.receive_count),
    last_received_at = excluded.last_received_at,
    reason = excluded.reason;
