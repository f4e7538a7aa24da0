-- A notice that is still to be sent has nothing to tell any more. The caller holds its lock.
delete from etl.notification
where id = @id and sent_at is null;
