create table a (id int);
\i more.sql
