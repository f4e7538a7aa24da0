namespace EtlWorker.Hosting;

/// <summary>A key that the operator may set.</summary>
/// <param name="Path">As .NET configuration has it, <c>Queue:Url</c>.</param>
/// <param name="Meaning">What it is, for a person.</param>
internal sealed record ConfigurationKey(string Path, string Meaning)
{
    public static readonly ConfigurationKey QueueUrl = new("Queue:Url", "the URL of the SQS queue that the bucket notifies");
    public static readonly ConfigurationKey Definition = new(
        "Pipeline:Definition", "the pipelines' definitions: a file, a folder of pipelines, or s3://bucket/prefix/");
    public static readonly ConfigurationKey Refresh = new(
        "Pipeline:Refresh", "how often the definitions are looked at again, as hh:mm:ss; default: 00:01:00");
    public static readonly ConfigurationKey Bucket = new("Pipeline:Bucket", "the bucket where drops land");
    public static readonly ConfigurationKey ResultsBucket = new(
        "Pipeline:ResultsBucket", "the bucket where results go; default: PIPELINE__BUCKET");
    public static readonly ConfigurationKey Source = new(
        "Pipeline:Source", "where drops land, in the place of PIPELINE__BUCKET: file:///folder, or s3://bucket");
    public static readonly ConfigurationKey Results = new(
        "Pipeline:Results", "where results go, in the place of PIPELINE__RESULTSBUCKET: file:///folder, or s3://bucket");
    public static readonly ConfigurationKey StableFor = new(
        "Pipeline:StableFor", "how long a file of a folder must have been as it is before it is a drop, as hh:mm:ss; default: 00:00:10");
    public static readonly ConfigurationKey Anonymous = new(
        "Pipeline:Anonymous",
        "whether the bucket where drops land is somebody else's that everybody may read, true or false; default: false");
    public static readonly ConfigurationKey Region = new(
        "Pipeline:Region", "the region of a public bucket (PIPELINE__ANONYMOUS); default: AWS_REGION");
    public static readonly ConfigurationKey Migrate = new(
        "Pipeline:Migrate", "whether the service applies the definition's migrations itself, true or false; default: false");
    public static readonly ConfigurationKey MigrateAs = new(
        "Pipeline:MigrateAs", "the role that the definition's migrations are applied as; default: the worker's login");
    public static readonly ConfigurationKey ConnectionString = new(
        "Database:ConnectionString", "PostgreSQL, in Npgsql's form: Host=...;Database=...;Username=...");
    public static readonly ConfigurationKey Authentication = new(
        "Database:Authentication",
        "password (or whatever the server asks for) or iam (an RDS IAM token for each connection); default: password");
    public static readonly ConfigurationKey Password = new(
        "Database:Password", "the database password, as a credential file of this name and in no other way");
    public static readonly ConfigurationKey TopicArn = new(
        "Notify:TopicArn", "the ARN of the SNS topic that notices are published to; or none: they are in the journal and in the ledger");
    public static readonly ConfigurationKey Attempts = new(
        "Run:Attempts", "how often a run's load may end with its worker or its database session; default: 5");
    public static readonly ConfigurationKey Patience = new(
        "Run:Patience", "how long a run is tried again after temporary faults, as hh:mm:ss; default: 01:00:00");
    public static readonly ConfigurationKey Interval = new(
        "Run:Interval", "how often the ledger is looked at without a drop, as hh:mm:ss; default: 00:01:00");
    public static readonly ConfigurationKey StatementTimeout = new(
        "Run:StatementTimeout", "how long one statement of a run may take, as hh:mm:ss; default: 02:00:00");
    public static readonly ConfigurationKey RebuildIndexesFrom = new(
        "Run:RebuildIndexesFrom",
        "the size of a file, in bytes, from which the indexes of a table whose rows are replaced are made after the rows; "
            + "default: 1048576");
    public static readonly ConfigurationKey IndexMemory = new(
        "Run:IndexMemory", "PostgreSQL's maintenance_work_mem while they are made, 256MB; default: the server's own");
    public static readonly ConfigurationKey RecoveryInterval = new(
        "Recovery:Interval", "how often the bucket is listed for drops whose event was lost, as hh:mm:ss; default: 00:15:00");
    public static readonly ConfigurationKey LogLevel = new("Log:Level", "Debug, Information, Warning or Error; default: Information");
    public static readonly ConfigurationKey LogFormat = new("Log:Format", "text or json; default: text");

    public static readonly IReadOnlyList<ConfigurationKey> All =
    [
        QueueUrl, Definition, Refresh, Bucket, ResultsBucket, Source, Results, StableFor, Anonymous, Region, Migrate,
        MigrateAs, ConnectionString, Authentication, Password, TopicArn,
        Attempts, Patience, Interval, StatementTimeout, RebuildIndexesFrom, IndexMemory, RecoveryInterval, LogLevel, LogFormat,
    ];

    /// <summary>As the operator writes it: <c>QUEUE__URL</c>.</summary>
    public string Name => NameOf(Path);

    public static string NameOf(string path) => path.Replace(":", "__", StringComparison.Ordinal).ToUpperInvariant();
}
