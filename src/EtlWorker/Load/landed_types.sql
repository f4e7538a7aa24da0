-- The types of the columns that wait as one record, in its order. @table: the temporary table whose rows are such records.
select attribute.atttypid
from pg_catalog.pg_attribute as attribute
where attribute.attrelid = @table::pg_catalog.regclass and attribute.attnum > 0
order by attribute.attnum;
