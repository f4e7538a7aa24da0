using Amazon;
using EtlWorker.Definitions;
using EtlWorker.Domain.Text;
using EtlWorker.Intake;
using EtlWorker.Migrate;
using EtlWorker.Notify;
using EtlWorker.Objects;
using EtlWorker.Recovery;
using EtlWorker.Running;
using EtlWorker.Serving;
using EtlWorker.Storage;
using Microsoft.Extensions.Configuration;

namespace EtlWorker.Hosting;

/// <summary>All that the operator configures, checked as a whole. Nothing below Hosting sees the configuration itself.</summary>
internal sealed record WorkerSettings(
    QueueOptions? Queue, StoreOptions Stores, DatabaseOptions Database, TopicOptions? Topic, RunOptions Run, RecoveryOptions Recovery,
    MigrationOptions Migrations, LogOptions Log, DefinitionOptions Definition)
{
    /// <summary>What stands in the place of a topic where there is none.</summary>
    private const string None = "none";

    /// <summary>appsettings.json beside the program, then the environment, then systemd credentials.</summary>
    public static IConfiguration Configuration() => new ConfigurationBuilder()
        .SetBasePath(AppContext.BaseDirectory)
        .AddJsonFile("appsettings.json", optional: true)
        .AddEnvironmentVariables("ETLWORKER__")
        .AddInMemoryCollection(Credentials())
        .Build();

    /// <exception cref="InvalidConfigurationException">With every fault, the definition's among them.</exception>
    public static WorkerSettings Read(IConfiguration configuration)
    {
        var reader = new ConfigurationReader(configuration);
        var stores = ReadStores(reader);
        // Of a source that cannot be read nobody knows what it needs.
        var isLookedAt = stores?.IsLookedAt ?? reader.Optional(ConfigurationKey.Source) is not null;
        var queue = ReadQueue(reader, isLookedAt);
        var database = DatabaseSettings.Read(reader);
        var topic = reader.Required(ConfigurationKey.TopicArn, arn => arn == None ? [] : new[] { TopicOf(arn) });
        var run = ReadRun(reader);
        var recovery = new RecoveryOptions(
            reader.Optional(ConfigurationKey.RecoveryInterval, TimeSpan.FromMinutes(isLookedAt ? 1 : 15), Interval));
        var migrations = ReadMigrations(reader);
        var log = LogOptions.Read(reader);
        var definition = ReadDefinition(reader);
        // Of what is missing nobody knows whether it would be AWS.
        var usesAws = !isLookedAt || (stores?.Results.Bucket is not null && stores.Results != stores.Source) || topic is [not null]
            || definition.Location.StartsWith(S3Tree.Scheme, StringComparison.Ordinal);
        if (usesAws && AwsRegion.Find() is null && !reader.Faults.Contains(AwsRegion.Missing))
        {
            reader.Faults.Add(AwsRegion.Missing);
        }

        reader.RefuseUnknownKeys();
        return reader.Faults.Count == 0
            ? new WorkerSettings(
                queue is null ? null : new QueueOptions(queue) { Region = AwsRegion.Find()?.SystemName }, stores!,
                database, topic!.FirstOrDefault(), run, recovery, migrations, log, definition)
            : throw new InvalidConfigurationException([.. reader.Faults, .. FaultsOf(definition)]);
    }

    /// <summary>
    /// For <c>run</c>: no queue; a topic only where one is configured; results go where the service's go, else to the folder that is given.
    /// </summary>
    /// <param name="configuration">The configuration.</param>
    /// <param name="definition">Where the definition is.</param>
    /// <param name="files">The folder whose files are loaded; null for what the source has.</param>
    /// <param name="otherwise">The folder to which results go where the configuration does not say.</param>
    /// <exception cref="InvalidConfigurationException">With every fault.</exception>
    public static WorkerSettings ReadForRun(IConfiguration configuration, string definition, string? files, string otherwise)
    {
        var reader = new ConfigurationReader(configuration);
        var isNowhere = files is null
            && reader.Optional(ConfigurationKey.Source) is null && reader.Optional(ConfigurationKey.Bucket) is null;
        if (isNowhere)
        {
            reader.Faults.Add("no files are named: give --files DIR, or set PIPELINE__SOURCE or PIPELINE__BUCKET.");
        }

        var source = isNowhere ? null : files is null ? ReadSource(reader) : new StoreLocation(null, files);
        var results = Location(reader, ConfigurationKey.Results, ConfigurationKey.ResultsBucket)
            ?? (reader.Optional(ConfigurationKey.Anonymous) is null ? Location(reader, null, ConfigurationKey.Bucket) : null)
            ?? new StoreLocation(null, otherwise);
        var stableFor = reader.Optional(ConfigurationKey.StableFor, TimeSpan.FromSeconds(10), Interval);
        var publicIn = files is null ? ReadPublic(reader, source) : null;
        var database = DatabaseSettings.Read(reader);
        var topic = reader.Optional(ConfigurationKey.TopicArn, null, arn => arn == None ? null : TopicOf(arn));
        var run = ReadRun(reader);
        var migrations = ReadMigrations(reader);
        var log = LogOptions.Read(reader);
        var usesAws = (source?.Bucket is not null && publicIn is null) || results.Bucket is not null || topic is not null;
        if (usesAws && AwsRegion.Find() is null && !reader.Faults.Contains(AwsRegion.Missing))
        {
            reader.Faults.Add(AwsRegion.Missing);
        }

        reader.RefuseUnknownKeys();
        return reader.Faults.Count == 0
            ? new WorkerSettings(
                null, new StoreOptions(source!, results, stableFor, publicIn), database, topic, run, new RecoveryOptions(TimeSpan.Zero),
                migrations, log, new DefinitionOptions(definition, TimeSpan.Zero))
            : throw new InvalidConfigurationException(reader.Faults);
    }

    /// <summary>For commands that need the database only; the other keys may be absent.</summary>
    /// <exception cref="InvalidConfigurationException">With every fault.</exception>
    public static DatabaseOptions ReadDatabase(IConfiguration configuration)
    {
        var reader = new ConfigurationReader(configuration);
        var database = DatabaseSettings.Read(reader);
        reader.RefuseUnknownKeys();
        return reader.Faults.Count == 0 ? database : throw new InvalidConfigurationException(reader.Faults);
    }

    /// <summary>For <c>migrate</c>: the other keys may be absent, and the definitions are read after the ledger is up to date.</summary>
    /// <exception cref="InvalidConfigurationException">With every fault.</exception>
    public static (DatabaseOptions Database, MigrationOptions Migrations) ReadForMigration(IConfiguration configuration)
    {
        var reader = new ConfigurationReader(configuration);
        var database = DatabaseSettings.Read(reader);
        var migrations = ReadMigrations(reader);
        reader.RefuseUnknownKeys();
        return reader.Faults.Count == 0 ? (database, migrations) : throw new InvalidConfigurationException(reader.Faults);
    }

    /// <returns>Where the definitions are; null where none are configured.</returns>
    /// <exception cref="InvalidConfigurationException">Nothing is there.</exception>
    public static DefinitionOptions? ReadDefinitions(IConfiguration configuration)
    {
        var reader = new ConfigurationReader(configuration);
        if (reader.Optional(ConfigurationKey.Definition) is null)
        {
            return null;
        }

        var definition = ReadDefinition(reader);
        return reader.Faults.Count == 0 ? definition : throw new InvalidConfigurationException(reader.Faults);
    }

    /// <summary>For commands that read the source and use the database; the other keys may be absent.</summary>
    /// <exception cref="InvalidConfigurationException">With every fault.</exception>
    public static (DatabaseOptions Database, StoreOptions Stores) ReadDatabaseAndSource(IConfiguration configuration)
    {
        var reader = new ConfigurationReader(configuration);
        var source = ReadSource(reader);
        var stableFor = reader.Optional(ConfigurationKey.StableFor, TimeSpan.FromSeconds(10), Interval);
        var publicIn = ReadPublic(reader, source);
        var database = DatabaseSettings.Read(reader);
        if (source?.Bucket is not null && publicIn is null && AwsRegion.Find() is null && !reader.Faults.Contains(AwsRegion.Missing))
        {
            reader.Faults.Add(AwsRegion.Missing);
        }

        reader.RefuseUnknownKeys();
        return reader.Faults.Count == 0
            ? (database, new StoreOptions(source!, source!, stableFor, publicIn))
            : throw new InvalidConfigurationException(reader.Faults);
    }

    /// <summary>For commands that work on the ledger of a pipeline; the other keys may be absent.</summary>
    /// <exception cref="InvalidConfigurationException">With every fault.</exception>
    public static (DatabaseOptions Database, DefinitionOptions Definition) ReadDatabaseAndDefinition(IConfiguration configuration)
    {
        var reader = new ConfigurationReader(configuration);
        var database = DatabaseSettings.Read(reader);
        var definition = ReadDefinition(reader);
        reader.RefuseUnknownKeys();
        return reader.Faults.Count == 0 ? (database, definition) : throw new InvalidConfigurationException(reader.Faults);
    }

    /// <summary>The folder that is the service's source; null where it is none, or cannot be read.</summary>
    public static string? SourceFolder(IConfiguration configuration)
    {
        var reader = new ConfigurationReader(configuration);
        return reader.Optional<StoreLocation?>(ConfigurationKey.Source, null, StoreLocation.Parse)?.Folder;
    }

    private static RunOptions ReadRun(ConfigurationReader reader) => new(
        reader.Optional(ConfigurationKey.Attempts, 5, Attempts),
        reader.Optional(ConfigurationKey.Interval, TimeSpan.FromMinutes(1), Interval),
        reader.Optional(ConfigurationKey.Patience, TimeSpan.FromHours(1), Patience));

    private static StoreOptions? ReadStores(ConfigurationReader reader)
    {
        var source = ReadSource(reader);
        var results = Location(reader, ConfigurationKey.Results, ConfigurationKey.ResultsBucket);
        var stableFor = reader.Optional(ConfigurationKey.StableFor, TimeSpan.FromSeconds(10), Interval);
        var publicIn = ReadPublic(reader, source);
        if (results is null && (source?.Folder ?? publicIn) is not null && reader.Optional(ConfigurationKey.Results) is null)
        {
            reader.Faults.Add($"{ConfigurationKey.Results.Name} is missing: {ConfigurationKey.Results.Meaning}. "
                + $"Set ETLWORKER__{ConfigurationKey.Results.Name}.");
        }

        if (results?.Folder is { } written && written == source?.Folder)
        {
            reader.Faults.Add($"{ConfigurationKey.Results.Name} is the folder of {ConfigurationKey.Source.Name}: name another one.");
        }

        if (results is not null && publicIn is not null && results == source)
        {
            reader.Faults.Add(
                $"{ConfigurationKey.Results.Name} is the public bucket: name one, or a folder, that the worker may write to.");
        }

        return source is null ? null : new StoreOptions(source, results ?? source, stableFor, publicIn);
    }

    /// <returns>The region of a public bucket; null where the source is none.</returns>
    private static string? ReadPublic(ConfigurationReader reader, StoreLocation? source)
    {
        // A mistyped truth is a fault of its own, and no other one.
        var isPublic = reader.Optional(ConfigurationKey.Anonymous, false, Truth)
            || reader.Optional(ConfigurationKey.Anonymous) is not (null or "false");
        var region = reader.Optional(ConfigurationKey.Region, null, RegionName);
        if (isPublic && source?.Folder is not null)
        {
            reader.Faults.Add($"{ConfigurationKey.Anonymous.Name} is true, and {ConfigurationKey.Source.Name} is a folder: leave it out.");
        }

        if (!isPublic)
        {
            if (reader.Optional(ConfigurationKey.Region) is not null)
            {
                reader.Faults.Add($"{ConfigurationKey.Region.Name} is set without {ConfigurationKey.Anonymous.Name}=true: of a bucket of "
                    + "your own the region is AWS_REGION.");
            }

            return null;
        }

        if (reader.Optional(ConfigurationKey.Region) is null && AwsRegion.Find() is null)
        {
            reader.Faults.Add($"{ConfigurationKey.Region.Name} is missing: {ConfigurationKey.Region.Meaning}. "
                + $"Set ETLWORKER__{ConfigurationKey.Region.Name}.");
        }

        return region ?? AwsRegion.Find()?.SystemName ?? "";
    }

    private static StoreLocation? ReadSource(ConfigurationReader reader)
    {
        var source = Location(reader, ConfigurationKey.Source, ConfigurationKey.Bucket);
        if (source is null && reader.Optional(ConfigurationKey.Source) is null)
        {
            // It is the one that most have.
            reader.Required(ConfigurationKey.Bucket);
        }

        return source;
    }

    private static StoreLocation? Location(ConfigurationReader reader, ConfigurationKey? key, ConfigurationKey ofBucket)
    {
        var bucket = reader.Optional(ofBucket, null, BucketName);
        if (key is null || reader.Optional(key) is null)
        {
            return bucket is null ? null : StoreLocation.OfBucketNamed(bucket);
        }

        if (reader.Optional(ofBucket) is not null)
        {
            reader.Faults.Add($"{key.Name} and {ofBucket.Name} are both set: leave one of them out.");
        }

        return reader.Optional(key, null, value => (StoreLocation?)StoreLocation.Parse(value));
    }

    private static Uri? ReadQueue(ConfigurationReader reader, bool isLookedAt)
    {
        if (!isLookedAt)
        {
            return reader.Required(ConfigurationKey.QueueUrl, HttpUrl);
        }

        if (reader.Optional(ConfigurationKey.QueueUrl) is not null)
        {
            reader.Faults.Add(
                $"{ConfigurationKey.QueueUrl.Name} is set, and the source is a folder or a public bucket, which is looked at: "
                    + "leave it out.");
        }

        return null;
    }

    private static MigrationOptions ReadMigrations(ConfigurationReader reader) => new(
        reader.Optional(ConfigurationKey.Migrate, false, Truth),
        reader.Optional(ConfigurationKey.MigrateAs));

    private static DefinitionOptions ReadDefinition(ConfigurationReader reader)
    {
        var refresh = reader.Optional(ConfigurationKey.Refresh, TimeSpan.FromMinutes(1), Interval);
        var location = reader.Required(ConfigurationKey.Definition, location =>
        {
            if (location.StartsWith(S3Tree.Scheme, StringComparison.Ordinal))
            {
                S3Tree.Parse(location);
            }
            else if (!File.Exists(location) && !Directory.Exists(location))
            {
                reader.Faults.Add($"{location}: no such file or folder; PIPELINE__DEFINITION must name the definition");
            }

            return location;
        });
        return new DefinitionOptions(location ?? "", refresh);
    }

    /// <summary>The faults of a definition that stands alone; others are found while the worker runs.</summary>
    private static IEnumerable<string> FaultsOf(DefinitionOptions definition)
    {
        try
        {
            if (File.Exists(definition.Location))
            {
                DefinitionFile.Read(definition.Location);
            }

            return [];
        }
        catch (InvalidDefinitionException invalid)
        {
            return invalid.Faults;
        }
    }

    // systemd: LoadCredential=DATABASE__PASSWORD:/path puts a file of that name into this directory.
    private static IEnumerable<KeyValuePair<string, string?>> Credentials() =>
        Environment.GetEnvironmentVariable("CREDENTIALS_DIRECTORY") is { Length: > 0 } directory && Directory.Exists(directory)
            ? Directory.EnumerateFiles(directory).Select(file => KeyValuePair.Create(
                Path.GetFileName(file).Replace("__", ":", StringComparison.Ordinal), (string?)Secret(file).TrimEnd('\r', '\n')))
            : [];

    private static string Secret(string file)
    {
        try
        {
            return StrictUtf8.Decode(File.ReadAllBytes(file));
        }
        catch (FormatException fault)
        {
            throw new InvalidConfigurationException([$"the credential {Path.GetFileName(file)}: its {fault.Message}"]);
        }
    }

    private static Uri HttpUrl(string value) =>
        Uri.TryCreate(value, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && url.AbsolutePath.Length > 1
            ? url
            : throw new FormatException("is no queue URL (https://sqs.REGION.amazonaws.com/ACCOUNT/NAME)");

    private static TopicOptions TopicOf(string arn)
    {
        if (arn.Split(':') is not ["arn", _, "sns", { Length: > 0 } region, { Length: > 0 }, { Length: > 0 }])
        {
            throw new FormatException("is no topic ARN (arn:aws:sns:REGION:ACCOUNT:NAME)");
        }

        var endpoint = Environment.GetEnvironmentVariable("AWS_ENDPOINT_URL_SNS") ?? Environment.GetEnvironmentVariable("AWS_ENDPOINT_URL")
            ?? $"https://sns.{region}.{RegionEndpoint.GetBySystemName(region).PartitionDnsSuffix}/";
        return Uri.TryCreate(endpoint, UriKind.Absolute, out var url)
            ? new TopicOptions(arn, url, region)
            : throw new FormatException("cannot be reached: AWS_ENDPOINT_URL is no URL");
    }

    private static bool Truth(string value) => value switch
    {
        "true" => true,
        "false" => false,
        _ => throw new FormatException("is neither true nor false"),
    };

    private static string? RegionName(string value) => value.Split('-') is [_, _, .., { Length: 1 or 2 } number] parts
        && number.All(char.IsAsciiDigit) && parts[..^1].All(part => part.Length > 0 && part.All(char.IsAsciiLetterLower))
            ? value
            : throw new FormatException("is no region, such as eu-west-1");

    private static string? BucketName(string value) => value.Any(letter => letter is '/' or ':' || char.IsWhiteSpace(letter))
        ? throw new FormatException("is no bucket's name: give the name alone, without s3://")
        : value;

    private static int Attempts(string value) =>
        int.TryParse(value, out var attempts) && attempts is >= 1 and <= 100
            ? attempts
            : throw new FormatException("is no number from 1 to 100");

    private static TimeSpan Patience(string value) =>
        TimeSpan.TryParse(value, out var patience) && patience >= TimeSpan.FromSeconds(1) && patience <= TimeSpan.FromHours(24)
            ? patience
            : throw new FormatException("is no length of time from 00:00:01 (a second) to 1.00:00:00 (a day), written hh:mm:ss");

    private static TimeSpan Interval(string value) =>
        TimeSpan.TryParse(value, out var interval) && interval >= TimeSpan.FromSeconds(1) && interval <= TimeSpan.FromHours(1)
            ? interval
            : throw new FormatException("is no length of time from 00:00:01 (a second) to 01:00:00 (an hour), written hh:mm:ss");
}
