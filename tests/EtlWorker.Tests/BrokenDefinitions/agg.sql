select 1 as rows
