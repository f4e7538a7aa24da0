namespace EtlWorker.IntegrationTests.Load;

/// <summary>A table that refuses rows in every way that a table can.</summary>
/// <param name="Name">Schema-qualified.</param>
/// <param name="Sample">Its columns.</param>
/// <param name="Rules">What it asks beyond its types.</param>
/// <param name="Former">Rows that stand in it before each file.</param>
internal sealed record FuzzTable(string Name, SampleTable Sample, string Rules, string Former)
{
    /// <summary>Refuses a row, drops one, changes one.</summary>
    private const string Trigger =
        """
        create function public.judge() returns trigger language plpgsql as
        $$ begin
            if new.id % 7 = 3 then raise 'no' using errcode = 'P0002'; end if;
            if new.id % 7 = 4 then return null; end if;
            if new.id % 7 = 5 then new.note := 'set'; end if;
            return new;
        end $$;
        create trigger judge before insert on public.judged for each row execute function public.judge()
        """;

    public static IReadOnlyList<FuzzTable> All { get; } =
    [
        Of("keyed", "primary key (id), check (price >= 0), unique (note)", "(id, note, price) values (1, 'former', 1), (-7, null, 2)",
            ("id", "int4", true), ("note", "text", false), ("price", "numeric(7,2)", false), ("day", "public.day", false)),
        Of("moods", "primary key (id, mood)", "values (1, 'sad', 'x')", ("id", "int2", true), ("mood", "public.mood", true),
            ("note", "varchar(4)", false)),
        Of("texts", "check (x <> 'no')", "select 'x' from generate_series(1, 3)", ("x", "text", false)),
        Of("many", "", "default values", ("a", "bytea", false), ("b", "jsonb", false), ("c", "timestamptz", false), ("d", "uuid", false),
            ("e", "float8", false), ("f", "bool", false), ("g", "time", false)),
        Of("tree", "primary key (id), foreign key (parent) references public.tree (id)", "values (0, 0), (1, 0)", ("id", "int4", true),
            ("parent", "int4", false)),
        Of("judged", "primary key (id), check (note <> 'no')", $"values (1, 1, 'a', null); {Trigger}", ("id", "int4", true),
            ("size", "public.posint", false), ("note", "public.shorter", false), ("mood", "public.mood", false)),
        Of("arrays", "", "default values", ("a", "int4[]", false), ("b", "public.shorter", false), ("c", "json", false)),
    ];

    public bool HasKey => Rules.Contains("primary key", StringComparison.Ordinal);

    public string Definition
    {
        get
        {
            var columns = Sample.Columns.Select(column => $"{column.Name} {column.Type}{(column.NotNull ? " not null" : "")}");
            return $"create table {Name} ({string.Join(", ", columns.Append(Rules).Where(part => part.Length > 0))}); "
                + $"insert into {Name} {Former}";
        }
    }

    private static FuzzTable Of(string name, string rules, string former, params (string Name, string Type, bool NotNull)[] columns) =>
        new(
            $"public.{name}",
            new SampleTable([.. columns.Select(column => new SampleColumn(
                column.Name, SqlTypes.Checked.Concat(SqlTypes.ServerOnly).First(type => type.Name == column.Type), column.NotNull))]),
            rules, former);
}
