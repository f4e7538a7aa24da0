using System.Globalization;
using EtlWorker.Storage;
using Npgsql;

namespace EtlWorker.Hosting;

/// <summary>What the operator says about the database, checked as far as it can be without a network.</summary>
internal static class DatabaseSettings
{
    // Npgsql would take it from there.
    private static readonly string[] ElsewherePasswords = ["PGPASSWORD", "PGPASSFILE"];

    public static DatabaseOptions Read(ConfigurationReader reader)
    {
        reader.RefuseOutsideOfCredentials(ConfigurationKey.Password);
        foreach (var name in ElsewherePasswords.Where(name => Environment.GetEnvironmentVariable(name) is { Length: > 0 }))
        {
            reader.Faults.Add(
                $"{name} is set: the database's password comes from the credential file {ConfigurationKey.Password.Name} only.");
        }

        var authentication = reader.Optional(ConfigurationKey.Authentication, DatabaseAuthentication.Password, value => value switch
        {
            "password" => DatabaseAuthentication.Password,
            "iam" => DatabaseAuthentication.Iam,
            _ => throw new FormatException("is neither password nor iam"),
        });
        var options = new DatabaseOptions("", reader.Optional(ConfigurationKey.Password))
        {
            Authentication = authentication,
            StatementLimit = reader.Optional(ConfigurationKey.StatementTimeout, StatementLimit.Default, Limit),
            Indexes = new IndexOptions(
                reader.Optional(ConfigurationKey.RebuildIndexesFrom, IndexOptions.Default.RebuildFrom, Bytes),
                reader.Optional<string?>(ConfigurationKey.IndexMemory, null, Memory)),
        };
        if (authentication == DatabaseAuthentication.Iam)
        {
            options = options with { Region = AwsRegion.Find() };
            reader.Faults.AddRange(FaultsOf(options));
        }

        var connectionString = reader.Required(ConfigurationKey.ConnectionString, value => Checked(value, options));
        return options with { ConnectionString = connectionString ?? "" };
    }

    private static TimeSpan Limit(string value) =>
        TimeSpan.TryParseExact(value, ["c", @"d\.h\:mm\:ss"], CultureInfo.InvariantCulture, out var limit)
        && limit >= TimeSpan.FromSeconds(1) && limit <= TimeSpan.FromDays(1) && limit.Ticks % TimeSpan.TicksPerSecond == 0
            ? limit
            : throw new FormatException("is no length of time from 00:00:01 (a second) to 1.00:00:00 (a day), written hh:mm:ss");

    private static long Bytes(string value) =>
        long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var bytes)
            ? bytes
            : throw new FormatException("is no number of bytes, 1048576");

    // PostgreSQL's own limits: 1 MB, and 2 GB less 1 kB.
    private static string Memory(string value) =>
        value is [.. var digits, 'M' or 'G', 'B']
        && int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var amount) && amount is >= 1 and <= 2047
        && (value[^2] == 'M' || amount == 1)
            ? value
            : throw new FormatException("is no amount of memory from 1MB to 2047MB, written 256MB or 1GB");

    private static IEnumerable<string> FaultsOf(DatabaseOptions iam)
    {
        if (iam.Password is not null)
        {
            yield return $"{ConfigurationKey.Authentication.Name}=iam needs no password, and {ConfigurationKey.Password.Name} is one: "
                + "take one of them away.";
        }

        if (iam.Region is null)
        {
            yield return AwsRegion.Missing;
        }
    }

    private static string Checked(string value, DatabaseOptions options)
    {
        NpgsqlConnectionStringBuilder connection;
        try
        {
            connection = new NpgsqlConnectionStringBuilder(value);
        }
        catch (Exception refused) when (refused is ArgumentException or FormatException or InvalidOperationException)
        {
            // The reason may repeat a piece of a value.
            throw new FormatException("is no connection string that Npgsql takes: see its keywords and the form of their values");
        }

        try
        {
            // Options that contradict each other, or those that the program sets, show only here.
            using var database = new Database(options with { ConnectionString = value });
        }
        catch (Exception refused) when (refused is ArgumentException or InvalidOperationException or NotSupportedException)
        {
            var reason = refused.Message.Split(" (Parameter", StringSplitOptions.None)[0].TrimEnd('.');
            throw new FormatException($"has options that do not go together, or not with the pooling that the program sets: {reason}");
        }

        return connection switch
        {
            not { Host.Length: > 0, Database.Length: > 0, Port: > 0 and < 65536 } =>
                throw new FormatException("needs Host and Database, and a Port below 65536"),
            _ when !IsUtf8(connection.Encoding) || !IsUtf8(connection.ClientEncoding ?? "UTF8") => throw new FormatException(
                "sets Encoding or Client Encoding, and the program speaks UTF-8 with every database: take it out"),
            { Password.Length: > 0 } =>
                throw new FormatException($"holds a password, which belongs into the credential file {ConfigurationKey.Password.Name}"),
            { Passfile.Length: > 0 } => throw new FormatException(
                $"names a Passfile; the password belongs into the credential file {ConfigurationKey.Password.Name}"),
            { RootCertificate: { } file } when !File.Exists(file) => throw new FormatException("names a Root Certificate that is no file"),
            _ when options.Authentication == DatabaseAuthentication.Iam && FaultForToken(connection) is { } fault =>
                throw new FormatException(fault),
            _ => value,
        };
    }

    private static bool IsUtf8(string encoding) =>
        encoding.Replace("-", "", StringComparison.Ordinal).ToUpperInvariant() is "UTF8" or "UNICODE";

    private static string? FaultForToken(NpgsqlConnectionStringBuilder connection) => connection switch
    {
        not { Username.Length: > 0 } => "needs a Username, since an IAM token is made for one",
        _ when connection.Host!.Split(',')
            .Any(host => host.StartsWith('/') || host.StartsWith('@') || host.Count(letter => letter == ':') > 1) =>
            "needs the RDS endpoint's name as Host, since an IAM token is made for it",
        { SslMode: < SslMode.Require } when TransportSecurity.IsChosen(connection) =>
            "has an SSL Mode below Require, and whoever reads an IAM token along can use it",
        _ => null,
    };
}
