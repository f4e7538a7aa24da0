using System.Globalization;
using System.Text;
using EtlWorker.IntegrationTests.Rigging;
using Xunit;

namespace EtlWorker.IntegrationTests.Load;

/// <summary>A database that is not in UTF-8: a row that it cannot store is refused by itself, and told in what it can store.</summary>
public sealed class DatabaseEncodingTests(PostgresServer postgres)
{
    /// <summary>What each encoding has and has not: é, €, あ, and a character beyond U+FFFF.</summary>
    public static TheoryData<string, string[], string[]> Encodings => new()
    {
        { "LATIN1", ["1 é", "5 z"], ["2", "3", "4"] },
        { "WIN1252", ["1 é", "2 €", "5 z"], ["3", "4"] },
        { "LATIN9", ["1 é", "2 €", "5 z"], ["3", "4"] },
        { "KOI8R", ["5 z"], ["1", "2", "3", "4"] },
        { "EUC_JP", ["1 é", "3 あ", "5 z"], ["2", "4"] },
        { "SQL_ASCII", ["1 é", "2 €", "3 あ", "4 😀", "5 z"], [] },
    };

    [Theory]
    [MemberData(nameof(Encodings))]
    public async Task A_row_with_a_character_that_the_database_lacks_is_refused(string encoding, string[] rows, string[] refused)
    {
        await using var rig = await CreateAsync(encoding, "id integer primary key, value text");

        var loaded = await rig.LoadAsync("id,value\n1,é\n2,€\n3,あ\n4,😀\n5,z\n");

        Assert.Equal(rows, await rig.QueryAsync<string[]>("select array_agg(id || ' ' || value order by id) from public.feed"));
        Assert.Equal(refused.Select(id => $"{int.Parse(id, CultureInfo.InvariantCulture) + 1} value encoding"), loaded.Rejects);
        Assert.False(loaded.WasRowByRow);
        if (refused.Length > 0)
        {
            Assert.Equal(
                $"a character that the database's encoding ({encoding}) does not have",
                await rig.QueryAsync<string>("select min(reason) from etl.reject"));
        }
    }

    [Theory]
    [InlineData("LATIN1")]
    [InlineData("EUC_JP")]
    [InlineData("SQL_ASCII")]
    public async Task What_is_told_of_a_refused_row_can_be_stored(string encoding)
    {
        await using var rig = await CreateAsync(encoding, "id integer, value text");

        var loaded = await rig.LoadAsync("id,value,€uro 😀\nx,€,1\n2,a,😀\n");

        Assert.Equal(["2 id integer"], loaded.Rejects);
        Assert.Equal("2 a", await rig.QueryAsync<string>("select string_agg(id || ' ' || value, ',') from public.feed"));
        Assert.Equal(encoding == "SQL_ASCII" ? "x,€,1" : "x,?,1", await rig.QueryAsync<string>("select raw_text from etl.reject"));
    }

    /// <summary>What the server parses, a key that is there twice, and a document with an escape go another way.</summary>
    [Theory]
    [InlineData("LATIN1")]
    [InlineData("WIN1252")]
    [InlineData("EUC_JP")]
    public async Task Rows_that_go_by_a_landing_table_are_judged_alike(string encoding)
    {
        await using var rig = await CreateAsync(encoding, "id integer primary key, words text[], document jsonb, note varchar(3)");

        var loaded = await rig.LoadAsync(
            """"
            id,words,document,note
            1,{a},"{""a"": 1}",abc
            2,{あ😀},{},abc
            3,{},"""\ud55c""",abc
            1,{twice},{},abc
            4,{},{},ﬃﬃ
            5,{},{},xyz

            """");

        Assert.True(loaded.WasRowByRow);
        Assert.Equal("1,5", await rig.QueryAsync<string>("select string_agg(id::text, ',' order by id) from public.feed"));
        Assert.Equal(
            ["3 words encoding", "4 document encoding", "5 id duplicate_key", "6 note encoding"],
            loaded.Rejects);
    }

    [Theory]
    [InlineData("SQL_ASCII", new[] { "3 value too_long" })]
    [InlineData("LATIN1", new string[0])]
    public async Task A_length_is_counted_as_the_database_counts_it(string encoding, string[] rejects)
    {
        await using var rig = await CreateAsync(encoding, "id integer, value varchar(3)");

        var loaded = await rig.LoadAsync("id,value\n1,abc\n2,ééé\n3,é\n");

        Assert.Equal(rejects, loaded.Rejects);
        Assert.Equal(3 - rejects.Length, loaded.Result.RowsLoaded);
        Assert.False(loaded.WasRowByRow);
    }

    /// <summary>Every character, one by one. A row too many would have to be taken back from the table, a row too few is counted.</summary>
    [Theory]
    [InlineData("LATIN1", 96)]
    [InlineData("LATIN2", 96)]
    [InlineData("WIN1252", 96 + 27)]
    public async Task All_that_the_database_can_store_is_stored(string encoding, int characters)
    {
        await using var rig = await CreateAsync(encoding, "code integer, value text");
        var csv = new StringBuilder("code,value\n");
        foreach (var code in Enumerable.Range(0xA0, 0x1_0000 - 0xA0).Where(code => !char.IsSurrogate((char)code)))
        {
            csv.Append(code).Append(',').Append((char)code).Append('\n');
        }

        var loaded = await rig.LoadAsync(csv.ToString());

        Assert.False(loaded.WasRowByRow);
        Assert.Equal(characters, loaded.Result.RowsLoaded);
        Assert.Equal(characters, await rig.QueryAsync<long>(
            "select count(*) from public.feed where pg_catalog.length(value) = 1 and pg_catalog.octet_length(value) = 1"));
    }

    private async Task<LoadRig> CreateAsync(string encoding, string table) => await LoadRig.CreateAsync(
        await postgres.CreateMigratedDatabaseAsync(encoding, TestContext.Current.CancellationToken), table);
}
