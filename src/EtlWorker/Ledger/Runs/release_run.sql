-- Gives a claim back: the date is unused. No row: the run was taken over, or it is made again for a reason.
delete from etl.run
where id = @id and attempt = @attempt and state = 'claimed' and reason is null
returning id;
