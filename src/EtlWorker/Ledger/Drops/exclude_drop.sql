-- Puts a pending drop aside. Idempotent: a drop that is no longer pending stays as it is.
update etl.drop
set disposition = @disposition, reason = @reason
where id = @id and disposition = 'pending';
