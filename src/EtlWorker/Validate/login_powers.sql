-- What this login may do beyond its tables, and with it the SQL of a definition: a line for each, of which a superuser has one alone.
select
    case
        when role.rolname = current_user and role.rolsuper then 'is a superuser, who may do everything'
        when role.rolname = current_user then 'makes roles'
        when role.rolsuper then pg_catalog.format('is a member of %I, a superuser, who may do everything', role.rolname)
        when role.rolname = 'pg_execute_server_program' then 'runs programs on the database''s machine'
        when role.rolname = 'pg_read_server_files' then 'reads files of the database''s machine'
        else 'writes files of the database''s machine'
    end,
    case
        when role.rolname = current_user then
            pg_catalog.format('alter role %I %s', current_user, case when role.rolsuper then 'nosuperuser' else 'nocreaterole' end)
        else pg_catalog.format('revoke %I from %I', role.rolname, current_user)
    end
from pg_catalog.pg_roles as role
join pg_catalog.pg_roles as login on login.rolname = current_user
where (role.rolname = current_user and (login.rolsuper or login.rolcreaterole))
   or ((role.rolsuper or role.rolname in ('pg_execute_server_program', 'pg_read_server_files', 'pg_write_server_files'))
       and role.rolname <> current_user and not login.rolsuper and pg_catalog.pg_has_role(login.oid, role.oid, 'member'))
order by role.rolname;
