using System.Text;

namespace EtlWorker.IntegrationTests.Storage;

/// <summary>
/// Functions and operators of somebody else's that stand in for PostgreSQL's own, do as they do, and note who called them.
/// </summary>
internal static class HostileObjects
{
    private static readonly (string Signature, string Returns, string Value)[] Functions =
    [
        ("hashtextextended(text, integer)", "bigint", "pg_catalog.hashtextextended($1, $2::bigint)"),
        ("hashtextextended(text, bigint)", "bigint", "pg_catalog.hashtextextended($1, $2)"),
        ("pg_try_advisory_lock(bigint)", "boolean", "pg_catalog.pg_try_advisory_lock($1)"),
        ("pg_advisory_lock(bigint)", "void", "pg_catalog.pg_advisory_lock($1)"),
        ("pg_advisory_xact_lock(bigint)", "void", "pg_catalog.pg_advisory_xact_lock($1)"),
        ("pg_backend_pid()", "integer", "pg_catalog.pg_backend_pid()"),
        ("to_regclass(text)", "regclass", "pg_catalog.to_regclass($1)"),
        ("array_position(smallint[], smallint)", "integer", "pg_catalog.array_position($1, $2)"),
        ("format_type(oid, integer)", "text", "pg_catalog.format_type($1, $2)"),
        ("pg_get_expr(pg_node_tree, oid)", "text", "pg_catalog.pg_get_expr($1, $2)"),
        ("current_setting(text)", "text", "pg_catalog.current_setting($1)"),
        ("set_config(text, text, boolean)", "text", "pg_catalog.set_config($1, $2, $3)"),
        ("json_each_text(json, out key text, out value text)", "setof record", ""),
        ("to_json(record)", "json", "pg_catalog.to_json($1)"),
        ("to_jsonb(pg_constraint)", "jsonb", "pg_catalog.to_jsonb($1)"),
        ("to_jsonb(pg_index)", "jsonb", "pg_catalog.to_jsonb($1)"),
        ("now()", "timestamptz", "pg_catalog.now()"),
    ];

    private static readonly string[] Types = ["integer", "bigint", "smallint", "text", "date", "oid", "name", "boolean", "timestamptz"];
    private static readonly string[] Comparisons = ["=", "<>", "<", ">", "<=", ">="];

    /// <param name="schema">Where they stand.</param>
    /// <param name="owner">Who may create there.</param>
    public static string In(string schema, string owner)
    {
        var sql = new StringBuilder(
            $"""
            create table {schema}.hijacked (who text, what text); grant insert on {schema}.hijacked to public;
            grant create on schema {schema} to {owner}; set role {owner};

            """);
        foreach (var (signature, returns, value) in Functions)
        {
            var returned = value.Length == 0 ? "return query select e.* from pg_catalog.json_each_text($1) as e;"
                : returns == "void" ? $"perform {value};"
                : $"return {value};";
            sql.AppendLine(Function($"{schema}.{signature}", returns, signature, returned));
        }

        foreach (var type in Types)
        {
            foreach (var (comparison, number) in Comparisons.Select((comparison, number) => (comparison, number)))
            {
                sql.AppendLine(Function(
                    $"{schema}.compare_{number}({type}, {type})", "boolean", $"{comparison} {type}",
                    $"return $1 operator(pg_catalog.{comparison}) $2;"))
                    .AppendLine(System.Globalization.CultureInfo.InvariantCulture, $"create operator {schema}.{comparison} (leftarg = "
                        + $"{type}, rightarg = {type}, function = {schema}.compare_{number});");
            }
        }

        return sql.AppendLine(Function($"{schema}.join_text(text, text)", "text", "||", "return $1 operator(pg_catalog.||) $2;"))
            .AppendLine(
                System.Globalization.CultureInfo.InvariantCulture,
                $"create operator {schema}.|| (leftarg = text, rightarg = text, function = {schema}.join_text);")
            .AppendLine(Function($"{schema}.note_one(bigint, bigint)", "bigint", "first_value or max", "return coalesce($1, $2);"))
            .AppendLine(
                System.Globalization.CultureInfo.InvariantCulture,
                $"create aggregate {schema}.first_value(bigint) (sfunc = {schema}.note_one, stype = bigint);")
            .AppendLine(
                System.Globalization.CultureInfo.InvariantCulture,
                $"create aggregate {schema}.max(bigint) (sfunc = {schema}.note_one, stype = bigint);")
            .AppendLine("reset role;").ToString();
    }

    private static string Function(string signature, string returns, string what, string body) =>
        $"create function {signature} returns {returns} language plpgsql as $$ begin insert into public.hijacked "
            + $"values (current_user, '{what.Replace("'", "''", StringComparison.Ordinal)}'); {body} end $$;";
}
