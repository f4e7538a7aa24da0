using System.Globalization;
using static EtlWorker.IntegrationTests.Load.SampleText;

namespace EtlWorker.IntegrationTests.Load;

/// <summary>Every type that we check, and some that the server alone can parse.</summary>
internal static class SqlTypes
{
    /// <summary>Run before the tables.</summary>
    public const string Definitions =
        """
        create type public.mood as enum ('sad', 'ok', 'so so');
        create domain public.posint as int check (value > 0);
        create domain public.short as varchar(3);
        create domain public.shorter as public.short check (value <> 'no');
        create domain public.price as numeric(7,2);
        create domain public.day as date
        """;

    private static readonly string[] NoNumbers =
    [
        "", " ", "+5", " 5", "5 ", "\t5", "5\n", "--5", "5-", "- 5", "+-5", "\uFF15", "\u0665", "1,000", "1 000", "1_000", "0x1F", "0b101",
        "0o17", "1f", "#1", "one", "null",
        "NaN", "nan", "Infinity", "-Infinity", "inf", "-inf", "+inf", ".", "-", "-.", "..5", "1..5", "1.2.3", "1e", "e5", "1e+", "1e3",
        "1E3", "1.5e-3", "0x1p3", "1e3.5", " +5", "\u00A05",
    ];

    private static readonly string[] DateWords =
        ["today", "now", "tomorrow", "yesterday", "epoch", "infinity", "-infinity", "NaT", "NULL", "", "0", "allballs", " today", "NOW"];

    private static readonly string[] NoDates =
    [
        .. DateWords, "2020-1-5", "20200105", "200105", "2020/01/05", "01/05/2020", "13/05/2020", "05.01.2020", "5 Jan 2020", "Jan 5 2020",
        "January 5, 2020", "2020-Jan-05", "J2451187", "2020.005", "2020-005",
        "2020-01-05 BC", "0044-03-15 BC", "12023-01-01", "99-01-05", "2020-01-05 ", " 2020-01-05", "2020-02-30", "2019-02-29", "1900-02-29",
        "0000-01-01", "2020-13-01", "2020-00-10", "2020-01-00", "-2020-01-05",
        "+2020-01-05", "2020-01-05Z", "2020-01-05+01", "2020-01", "2020", "2020-01-05T", "2020\u201301\u201305", "Sun 2020-01-05",
        "5874897-12-31",
    ];

    private static readonly string[] NoTimes =
    [
        "", "12", "12:34", "1:02:03", "12:34:5", "123456", "1234", "T12:34:56", "12:34:56 PM", "12:34:56AM", "12.34.56", "24:00:00",
        "24:00:01", "23:59:60", "23:60:00", "25:00:00", "12:34:56.", "12:34:56,5", "12:34:56 ",
        " 12:34:56", "12:34:56.1234567", "12:34:56.9999999", "12:34:56.1234560001", "12:34:56.0000000000", "12:34:56Z", "12:34:56+01",
        "12:34:56-08:00", "12:34:56 UTC", "12:34:56 Europe/Berlin", "12:34:56z",
    ];

    private static readonly string[] NoOffsets =
        [
            "", "z", " Z", " +01", "+1", "+1:00", "+01:00:00", "+010000", "+100", "+16", "+15:60", "-16:00", "+24", " UTC", "UTC",
            " Europe/Berlin", " America/New_York", " EST", "+", "-", "+01:", " PM", ".5", "+01 ", " BC",
        ];

    /// <summary>Those that have a codec.</summary>
    public static IReadOnlyList<SqlType> Checked { get; } =
    [
        Integer("int2", short.MinValue, short.MaxValue), Integer("int4", int.MinValue, int.MaxValue),
        Integer("int8", long.MinValue, long.MaxValue),
        Numeric(
            "numeric", null, 40,
            [
                "9999999999999999999999999999.000000000000000000000000001", "1." + new string('0', 300), new string('9', 2000),
                "0." + new string('0', 1999) + "1",
            ],
            [new string('1', 131_073), "0." + new string('0', 16_383) + "1", "0." + new string('0', 16_384), new string('0', 200_000)]),
        Numeric(
            "numeric(7,2)", 2, 5, ["99999.99", "-99999.99", "99999.990000"], ["100000", "99999.995", "1.005", "-1.999", "0.001", "1e4"]),
        Numeric("numeric(30,12)", 12, 18, ["999999999999999999.999999999999"], ["1000000000000000000", "0.0000000000001"]),
        Numeric("numeric(5)", 0, 5, ["99999", "00000099999", "5.000"], ["100000", "0.5", "99999.5", "99999.4"]),
        Float("float4", ["3.4028235e38", "3.4028236e38", "1e-45", "1.1754944e-38", "16777217", "0.1", "1e-46", "1e39", "0e-400"]),
        Float(
            "float8", [
                "1.7976931348623157e308", "1.7976931348623159e308", "5e-324", "2.2250738585072014e-308", "9007199254740993", "0.1",
                "1e-400", "1e309", "0e999", "2e-324", "123456789012345678901234567890",
            ]),
        new(
            "bool", SqlKind.Boolean,
            random => random.Pick(["t", "f", "true", "false", "1", "0", "TRUE", "False", "T", "F"]), ["tRuE", "fAlSe"],
            [
                "", "yes", "no", "y", "n", "on", "off", "of", "tru", "tr", "fa", "fals", "YES", "Off", " t", "t ", " true ", "2", "-1",
                "01", "0.0", "ja", "truee", "o", "wahr",
            ]),
        new(
            "date", SqlKind.Date, Date, ["0001-01-01", "9999-12-31", "2000-02-29", "1900-02-28", "1970-01-01", "1582-10-10"],
            [.. NoDates, "2020-01-05 12:34:56", "2020-01-05T00:00:00", "2020-01-05 12:34:56+01"]),
        Timestamp("timestamp", 6), Timestamp("timestamp(0)", 0), Timestamp("timestamp(3)", 3),
        TimestampTz("timestamptz", 6), TimestampTz("timestamptz(2)", 2),
        Time("time", 6), Time("time(3)", 3),
        new("uuid", SqlKind.Uuid, random => Uuid(random), ["00000000-0000-0000-0000-000000000000", "FFFFFFFF-ffff-FFFF-ffff-FFFFFFFFFFFF"],
            [
                "", "{01234567-89ab-cdef-0123-456789abcdef}", "0123456789abcdef0123456789abcdef", "01234567-89abcdef-0123-456789abcdef",
                "0123-4567-89ab-cdef-0123-4567-89ab-cdef", "{0123456789abcdef0123456789abcdef}",
                " 01234567-89ab-cdef-0123-456789abcdef", "01234567-89ab-cdef-0123-456789abcdeg", "01234567-89ab-cdef-0123-456789abcde",
                "{01234567-89ab-cdef-0123-456789abcdef", "urn:uuid:01234567-89ab-cdef-0123-456789abcdef",
                "012345678-9ab-cdef-0123-456789abcdef"]),
        new(
            "bytea", SqlKind.Bytea, Hex, ["\\x", "\\x00", "\\xFFff"], [
                "", "abc", "\\x0", "\\xg0", "\\x 01", "\\x01 02", "\\x01\n", "\\X01", "x01", "0x01", "\\001", "\\\\", "\\", "a\\377b",
                "\\x0 1", " \\x01", "\u00E9",
            ]),
        Json("json"), Json("jsonb"),
        new("public.posint", SqlKind.Integer, random => $"{random.Next(1, int.MaxValue)}", ["1", "007"],
            [.. NoNumbers, "0", "-1", "99999999999", "x"]),
        Text("public.shorter", 3),
        Numeric("public.price", 2, 5, ["99999.99"], ["100000", "1.005", "0.001", "1e4", "0E-5"]),
        new("public.day", SqlKind.Date, Date, ["2020-01-05", "2020-01-05 00:00:00"], NoDates),
        Text("text", null), Text("varchar", null), Text("varchar(4)", 4), Text("char(3)", 3), Text("char", 1), Text("bpchar", null),
    ];

    /// <summary>Those without one: a table with such a column is sent as text.</summary>
    public static IReadOnlyList<SqlType> ServerOnly { get; } =
    [
        Server(
            "int4[]",
            random => "{"
                + string.Join(",", Enumerable.Range(0, random.Next(4)).Select(_ => random.OneIn(5) ? "NULL" : $"{random.Next(-99, 99)}"))
                + "}",
            ["{}", "{{1,2},{3,4}}", "{}"], ["{1", "{a}", "1", "{1,}", " {1} "]),
        Server(
            "text[]", random => "{" + string.Join(",", Enumerable.Range(0, random.Next(4)).Select(_ => InArray(Plain(random, 4)))) + "}",
            ["{\"\"}", "{NULL,\"NULL\"}"], ["{\"", "{\\}"]),
        Server("varchar(3)[]", random => random.Pick(["{abc}", "{a,b}", "{}"]), [], ["{abcd}", "{\"abc \"}"]),
        Server("public.mood", random => random.Pick(["sad", "ok", "so so"]), [], ["", "glad", "OK", " ok", "ok "]),
        Server("interval", random => $"{random.Next(-9, 9)} days {random.Next(99)}:{random.Next(60):00}",
            ["1 mon", "P1Y2M3DT4H5M6S", "-1 years +2 days", "@ 1 minute ago"], ["", "1 fortnight", "1:2:3:4", "x"]),
        Server("int4range", random => $"[{random.Next(9)},{random.Next(9, 99)})", ["empty", "(,)", "[1,]"], ["[5,1]", "1,2", "["]),
        Server("inet", random => $"10.{random.Next(256)}.{random.Next(256)}.1", ["::1", "10.0.0.0/8"], ["10.0.0.256", "host"]),
        Server("bit(3)", random => random.Pick(["101", "000"]), [], ["10", "1010", "2"]),
    ];

    private static SqlType Integer(string name, long least, long most)
    {
        var invariant = CultureInfo.InvariantCulture;
        return new(
            name, SqlKind.Integer,
            random => random.OneIn(2) ? $"{random.Next(-1000, 1000)}" : random.NextInt64(least, most).ToString(invariant),
            [least.ToString(invariant), most.ToString(invariant), "0", "-0", "007", "-00", "0000000000000000000000000005"],
            [
                .. NoNumbers, ((Int128)least - 1).ToString(invariant), ((Int128)most + 1).ToString(invariant), "18446744073709551617",
                "99999999999999999999999999", "1.0", "1.",
            ]);
    }

    private static SqlType Numeric(string name, int? scale, int digits, string[] edges, string[] nearMisses) =>
        new(
            name, SqlKind.Numeric,
            random => $"{Sign(random)}{Digits(random, 1, digits)}"
                + $"{(scale != 0 && random.OneIn(2) ? $".{Digits(random, 0, scale ?? digits)}" : "")}",
            [
                .. edges, "0", "-0", "0.00", "-0.0", "5.",
                .. scale == 0 ? Array.Empty<string>() : [".5", "-.5", "00.50", "1000", "10000", "0.0001", "123.4000"],
            ],
            [.. NoNumbers, .. nearMisses])
        { Limit = scale };

    private static SqlType Float(string name, string[] edges) =>
        new(
            name, SqlKind.Float,
            random => $"{Sign(random)}{Digits(random, 1, 12)}{(random.OneIn(2) ? $".{Digits(random, 0, 12)}" : "")}"
                + $"{(random.OneIn(3) ? $"e{random.Pick(["", "-", "+"])}{random.Next(25)}" : "")}",
            [.. edges, "-0", "0", "5.", ".5", "1E+05", "-0e0"], NoNumbers);

    private static SqlType Timestamp(string name, int digits) =>
        new(name, SqlKind.Timestamp, random => random.OneIn(10) ? Date(random) : DateTime_(random, digits),
            ["0001-01-01 00:00:00", "9999-12-31T23:59:59", "2024-02-29 12:00:00.000000000", "1999-12-31 23:59:59.0000000", "2020-01-05"],
            [
                .. NoDates, .. NoTimes.Select(time => $"2020-01-05 {time}"), "2020-01-05  12:34:56", "2020-01-05t12:34:56",
                "2020-01-05 12:34:56.5", "2020-01-05 23:59:59.9995", "20200105T123456", "2020-01-05 12:34:56.1234",
            ])
        { Limit = digits };

    private static SqlType TimestampTz(string name, int digits) =>
        new(name, SqlKind.TimestampTz, random => DateTime_(random, digits) + Offset(random),
            ["0001-01-01 00:00:00+15:59", "9999-12-31 23:59:59-15:59", "2020-01-05T12:34:56.0000000Z"],
            [
                .. NoDates, .. NoTimes.Select(time => $"2020-01-05 {time}Z"), .. NoOffsets.Select(offset => $"2020-01-05 12:34:56{offset}"),
                "2020-01-05Z", "2020-01-05 12:34:56.789+01",
            ])
        { Limit = digits };

    private static SqlType Time(string name, int digits) =>
        new(name, SqlKind.Time, random => SampleText.Time(random, digits), ["00:00:00", "23:59:59", "12:34:56.000000000"],
            [.. NoTimes, "now", "allballs", "2020-01-05 12:34:56", "2020-01-05T12:34:56", "23:59:59.9999", "12:34:56.1234"])
        { Limit = digits };

    private static SqlType Json(string name) => new(name, SqlKind.Json, random => SampleText.Json(random, 3),
        ["null", " 1 ", "\"\"", "{\"a\":1,\"a\":2}", "1e131071", "0.1e-16382", "[1,\r\n2]", Nested(1000), "\"\u007F\"", "\"\\u0001\""],
        [
            "", " ", "{", "}", "{a:1}", "{'a':1}", "[1,]", "{\"a\":1,}", "01", "+1", ".5", "1.", "NaN", "Infinity", "true false", "TRUE",
            "nul", "\"", "\"\\x\"", "\"\\u12\"", "\"\t\"", "\"\n\"", "// c\n1", "/* c */1", "1 2",
            "\"\\u0000\"", "\"\\ud83d\"", "\"\\ude00\"", "\"\\ud83d\\n\"", "{\"\\ud83dx\":1}", "1e131072", "1e-16384", "0e1073741822",
            "0e1073741823", "0e-1073741823", "1e99999999999", Nested(1001), Nested(1100), "\u00A01", "\uFEFF1",
        ]);

    /// <summary>An element of a text array, as PostgreSQL writes it.</summary>
    private static string InArray(string text) =>
        $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";

    private static SqlType Text(string name, int? most) => new(
        name, SqlKind.Text, random => most is { } characters ? Within(random, characters) : Plain(random, 12),
        most is { } limit
            ? ["", " ", new string('x', limit), new string('\u00E9', limit), string.Concat(Enumerable.Repeat("\U0001F600", limit))]
            : [
                "", " ", "\\.", "\\N", "NULL", "\"", "\"\"", "\n", "\r", "\r\n", "\\", new string('y', 20_000), new string('"', 300),
                string.Concat(Enumerable.Repeat("\U0001F600", 3000)),
            ],
        most is { } bound
            ? [
                new string('x', bound + 1), new string('x', bound) + " ", new string('x', bound) + "   ", new string(' ', bound + 2),
                new string('\u00E9', bound) + "e\u0301", new string('x', bound) + "\u00A0", new string('x', bound) + "\n",
            ]
            : [])
    { Limit = most };

    private static SqlType Server(string name, Func<Random, string> good, string[] edges, string[] nearMisses) =>
        new(name, SqlKind.ServerOnly, good, edges, nearMisses);

    private static string Nested(int levels) => new string('[', levels) + new string(']', levels);

    private static string Uuid(Random random)
    {
        var bytes = new byte[16];
        random.NextBytes(bytes);
        var text = new Guid(bytes).ToString();
        return random.OneIn(2) ? text : text.ToUpperInvariant();
    }
}
