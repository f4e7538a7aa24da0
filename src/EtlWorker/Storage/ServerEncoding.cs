using System.Collections.Concurrent;
using EtlWorker.Domain.Text;
using Npgsql;

namespace EtlWorker.Storage;

/// <summary>What the databases of this process can store. An encoding is asked for its characters once.</summary>
internal static class ServerEncoding
{
    private const string Unicode = "UTF8";
    private const string Bytes = "SQL_ASCII";
    private static readonly ConcurrentDictionary<string, CharacterSet> Known = new()
    {
        [Unicode] = CharacterSet.Unicode,
        [Bytes] = CharacterSet.OfBytes(Bytes),
    };

    /// <summary>The characters of a connection's database; of one that was not asked, every character.</summary>
    public static CharacterSet Of(NpgsqlConnection connection) => Known.GetValueOrDefault(NameOf(connection), CharacterSet.Unicode);

    /// <summary>Asks the server, on a connection that has just been made.</summary>
    public static async Task LearnAsync(NpgsqlConnection connection, TimeSpan timeLimit)
    {
        var name = NameOf(connection);
        if (Known.ContainsKey(name))
        {
            return;
        }

        await using var ask = connection.Text(EmbeddedSql.Get("Storage/learn_characters"));
        ask.CommandTimeout = (int)timeLimit.TotalSeconds;
        await ask.ExecuteNonQueryAsync();
        await using var characters = connection.Text(EmbeddedSql.Get("Storage/learnt_characters"));
        Known[name] = CharacterSet.OfRanges(name, (string)(await characters.ExecuteScalarAsync())!);
    }

    private static string NameOf(NpgsqlConnection connection) =>
        connection.PostgresParameters.GetValueOrDefault("server_encoding", Unicode);
}
