-- A definition by its hash; a run's foreign key makes sure that it is there.
select document, sql::text
from etl.definition
where hash = @hash;
