-- The schemas on the search path in which somebody else may create functions and operators, in the path's order. Nobody else are
-- superusers, the schema's owner and who has its role, this login, and groups that it is a member of: their other members count.
-- Runs on the path that it is about.
select schema.nspname::pg_catalog.text
from pg_catalog.unnest(pg_catalog.current_schemas(false)) with ordinality as path (name, place)
join pg_catalog.pg_namespace as schema on schema.nspname operator(pg_catalog.=) path.name
where schema.nspname operator(pg_catalog.<>) 'pg_catalog'
  and exists (
      select
      from pg_catalog.pg_roles as role
      where not role.rolsuper
        and not pg_catalog.pg_has_role(role.oid, schema.nspowner, 'member')
        and role.rolname operator(pg_catalog.<>) current_user
        and (role.rolcanlogin or not pg_catalog.pg_has_role(current_user, role.oid, 'member'))
        and pg_catalog.has_schema_privilege(role.oid, schema.oid, 'create')
  )
order by path.place;
