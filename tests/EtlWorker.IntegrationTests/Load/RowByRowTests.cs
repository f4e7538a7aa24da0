using System.Globalization;
using System.Text;
using EtlWorker.IntegrationTests.Rigging;
using Npgsql;
using Xunit;

namespace EtlWorker.IntegrationTests.Load;

/// <summary>
/// Random small files for tables of random rules: what loads is what loads when each row is inserted by itself, in the file's order.
/// </summary>
public sealed class RowByRowTests(PostgresServer postgres)
{
    private const string Types =
        """
        create type public.mood as enum ('ok', 'sad', 'fine');
        create domain public.tenths as numeric(4,1);
        create domain public.price as public.tenths check (value >= 0);
        create function public.judge() returns trigger language plpgsql as
        $$ begin
            if new.price = 3 then raise 'no threes' using errcode = 'P0004'; end if;
            if new.price = 4 then return null; end if;
            if new.price = 5 then new.price := 6; end if;
            return new;
        end $$;
        create function public.late() returns trigger language plpgsql as
        $$ begin if new.price = 7 then raise 'no sevens'; end if; return new; end $$;
        """;

    private static readonly string[] Columns = ["line int", "id int", "mood public.mood", "price public.price", "note text"];

    private static readonly string[] Keys =
    [
        "primary key (id)", "unique (id, mood)", "unique nulls not distinct (mood)", "primary key (id) deferrable initially deferred",
        "unique (id) deferrable", "exclude (id with =)", "unique (price)", "",
    ];

    private static readonly string[] Rules =
    [
        "check (mood <> 'sad')", "check (price < 9)", "check (id <> 4 or mood = 'ok')", "check (note is null or length(note) < 3)",
        "mood not null", "",
    ];

    private static readonly string[] Triggers =
    [
        "before insert on public.feed for each row execute function public.judge()",
        "after insert on public.feed for each row execute function public.late()", "", "",
    ];

    private static readonly string[] Ids = ["1", "2", "3", "4", "", "x", "99999999999"];
    private static readonly string[] Moods = ["ok", "ok", "sad", "fine", "hungry", ""];
    private static readonly string[] Prices = ["1", "2", "3", "4", "5", "7", "9", "-1", "99999", "a", ""];
    private static readonly string[] Notes = ["x", "xyz", "", "é", "a\rb"];

    [Fact]
    public async Task What_loads_is_what_loads_row_by_row()
    {
        await using var rig = await LoadRig.CreateAsync(postgres);
        await rig.ExecuteAsync(Types);
        var rowByRow = 0;
        var most = SampleSize.Documents(250);
        for (var at = 0; at < most; at++)
        {
            var random = new Random(SampleSize.Seed + at);
            var table = Table(random);
            var rows = Enumerable.Range(0, random.Next(1, 25)).Select(_ => Row(random)).ToList();
            var expected = await InsertedAsync(rig, table, rows);
            await MakeAsync(rig, table);
            var loaded = await rig.LoadAsync(Csv(rows), LoadRig.Feed with { MinRows = 0 });

            var lines = await rig.QueryAsync<string>("select coalesce(string_agg(line::text, ' ' order by line), '') from public.feed");
            Assert.True(
                expected == lines,
                $"ETLWORKER_TEST_SEED={SampleSize.Seed + at}: {table}\n{Encoding.UTF8.GetString(Csv(rows))}\nrow by row: {expected}\n"
                    + $"loaded: {lines}\nrefused: {string.Join("; ", loaded.Rejects)}");
            rowByRow += loaded.WasRowByRow ? 1 : 0;
        }

        Assert.True(rowByRow > most / 3, "the files are too much alike");
    }

    private static string Table(Random random)
    {
        var parts = Columns.ToList();
        parts.AddRange(new[] { random.Pick(Keys) }.Where(key => key.Length > 0));
        foreach (var rule in Rules.Where(rule => rule.Length > 0 && random.OneIn(3)))
        {
            if (rule.EndsWith("not null", StringComparison.Ordinal))
            {
                parts[2] = "mood public.mood not null";
            }
            else
            {
                parts.Add(rule);
            }
        }

        var trigger = random.Pick(Triggers);
        return $"create table public.feed ({string.Join(", ", parts)})"
            + (trigger.Length > 0 ? $"; create trigger judge {trigger}" : "");
    }

    private static string[] Row(Random random) =>
        [random.Pick(Ids[..^(random.OneIn(4) ? 0 : 2)]), random.Pick(Moods), random.Pick(Prices), random.Pick(Notes)];

    private static byte[] Csv(List<string[]> rows)
    {
        var lines = rows.Select((row, index) => string.Create(CultureInfo.InvariantCulture, $"{index},{string.Join(',', row)}\n"));
        return Encoding.UTF8.GetBytes($"line,id,mood,price,note\n{string.Concat(lines)}");
    }

    private static Task MakeAsync(LoadRig rig, string table) => rig.ExecuteAsync($"drop table if exists public.feed; {table}");

    /// <returns>The numbers of the rows that the table takes one by one.</returns>
    private static async Task<string> InsertedAsync(LoadRig rig, string table, List<string[]> rows)
    {
        await MakeAsync(rig, table);
        for (var line = 0; line < rows.Count; line++)
        {
            var values = rows[line].Select(value => value.Length == 0 ? "null" : $"'{value}'");
            try
            {
                await rig.ExecuteAsync(string.Create(
                    CultureInfo.InvariantCulture,
                    $"insert into public.feed (line, id, mood, price, note) values ({line}, {string.Join(", ", values)})"));
            }
            catch (PostgresException)
            {
                // The table refuses it, and it is not there.
            }
        }

        return await rig.QueryAsync<string>("select coalesce(string_agg(line::text, ' ' order by line), '') from public.feed");
    }
}
