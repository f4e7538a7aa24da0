-- Takes back the refused rows of a drop that is read again in the same attempt. Idempotent.
with file as (
    delete from etl.rejected_file where run_id = @run_id and attempt = @attempt and drop_id = @drop_id
)
delete from etl.reject where run_id = @run_id and attempt = @attempt and drop_id = @drop_id;
