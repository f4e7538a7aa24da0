using Amazon;
using Amazon.Runtime.Credentials;
using Amazon.Runtime.Signing;
using Amazon.S3;
using Amazon.SQS;
using EtlWorker.Analyse;
using EtlWorker.Check;
using EtlWorker.Definitions;
using EtlWorker.Export;
using EtlWorker.Extract;
using EtlWorker.Gate;
using EtlWorker.Intake;
using EtlWorker.Ledger;
using EtlWorker.Ledger.Drops;
using EtlWorker.Ledger.Pipelines;
using EtlWorker.Ledger.Runs;
using EtlWorker.Liveness;
using EtlWorker.Load;
using EtlWorker.Manual;
using EtlWorker.Migrate;
using EtlWorker.Notify;
using EtlWorker.Objects;
using EtlWorker.Plan;
using EtlWorker.Recovery;
using EtlWorker.Running;
using EtlWorker.Serving;
using EtlWorker.Storage;
using EtlWorker.Validate;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.Systemd;
using Microsoft.Extensions.Logging;
using Serilog;
using ILogger = Serilog.ILogger;

namespace EtlWorker.Hosting;

/// <summary>The whole object graph: what all pipelines share, and what each has for itself, in the order in which data flows.</summary>
internal static class WorkerHost
{
    private static readonly TimeSpan StopsWithin = TimeSpan.FromSeconds(25);

    public static IHost Build(WorkerSettings settings, ILogger logger)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { ApplicationName = "etlworker" });
        builder.Services.AddSystemd();
        builder.Services.AddSerilog(logger);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = StopsWithin);
        AddSettings(builder.Services, settings);
        AddLedger(builder.Services);
        AddAws(builder.Services, settings);
        AddStages(builder.Services);
        AddPipeline(builder.Services);
        AddEach(builder.Services);
        AddLoops(builder.Services, settings);
        return builder.Build();
    }

    /// <summary>The same graph for one run of a command: no queue, no loop, and a gate, a session and a topic of its own.</summary>
    /// <param name="settings">As <see cref="WorkerSettings.ReadForRun"/> read them.</param>
    /// <param name="logger">Where it logs.</param>
    /// <param name="options">What is asked of the run.</param>
    /// <param name="notices">Where its notices are shown.</param>
    public static ServiceProvider BuildForRun(WorkerSettings settings, ILogger logger, ManualOptions options, TextWriter notices)
    {
        var services = new ServiceCollection();
        services.AddLogging().AddSerilog(logger);
        AddSettings(services, settings);
        AddLedger(services);
        AddAws(services, settings);
        AddStages(services);
        AddPipeline(services);
        services.AddSingleton(options)
            .AddSingleton<RunMemory>()
            .AddSingleton<IPipelineSessions, ManualSessions>()
            .AddSingleton<NoticeSender>()
            .AddSingleton<ITopic>(provider => new ShownTopic(
                settings.Topic is null ? null : ActivatorUtilities.CreateInstance<SnsTopic>(provider), notices))
            .AddScoped<ManualGate>()
            .AddScoped<IRunGate>(provider => provider.GetRequiredService<ManualGate>())
            .AddScoped<ManualRun>()
            .AddSingleton<IPerPipeline<ManualRun>, PipelineScopes.Each<ManualRun>>();
        if (options.Files is { } folder)
        {
            services.AddSingleton<IObjectSource>(new FolderSource(folder, settings.Stores.Results.Folder));
        }

        return services.BuildServiceProvider();
    }

    private static void AddSettings(IServiceCollection services, WorkerSettings settings) => services
        .AddSingleton(settings.Database)
        .AddSingleton(settings.Run)
        .AddSingleton(settings.Recovery)
        .AddSingleton(settings.Stores)
        .AddSingleton(settings.Migrations)
        .AddSingleton(settings.Definition)
        .AddSingleton(WorkerName.OfThisProcess())
        .AddSingleton(provider => new WorkerEntry(provider.GetRequiredService<WorkerName>(), ProgramVersion.Text))
#pragma warning disable RS0030 // The one place where the program's clock is chosen.
        .AddSingleton(new LedgerClock(TimeProvider.System))
#pragma warning restore RS0030
        .AddSingleton<TimeProvider>(provider => provider.GetRequiredService<LedgerClock>());

    private static void AddLedger(IServiceCollection services) => services
        .AddSingleton<Database>()
        .AddSingleton<ILedger, PostgresLedger>()
        .AddSingleton<IDropRecorder, DropRecorder>()
        .AddSingleton<IRunJournal, RunJournal>()
        .AddSingleton<DefinitionLedger>()
        .AddSingleton<PipelineLedger>()
        .AddSingleton(provider => new PipelineMigration(
            provider.GetRequiredService<Database>(), provider.GetRequiredService<MigrationOptions>(),
            provider.GetRequiredService<WorkerName>().Name, ProgramVersion.Text, provider.GetRequiredService<TimeProvider>()))
        .AddSingleton<DropSignal>()
        .AddSingleton<SweepSignal>()
        .AddSingleton(provider => new WorkerStatus(provider.GetService<ISystemdNotifier>(), provider.GetRequiredService<TimeProvider>()));

    /// <summary>Queue, source, destination and topic: a case each for another kind.</summary>
    private static void AddAws(IServiceCollection services, WorkerSettings settings)
    {
        // A try is longer than a long poll and short enough for the watchdog: see QueueListener.
        services.AddSingleton<IAmazonSQS>(_ => new AmazonSQSClient(new AmazonSQSConfig { Timeout = TimeSpan.FromSeconds(30) }));
        services.AddSingleton<IAmazonS3>(provider => provider.GetRequiredService<ClockSkew>().Watch(S3Clients.Create()));
        services.AddSingleton(SkewOf);
        services.AddSingleton(provider => ObjectSources.Open(
            settings.Stores, provider.GetRequiredService<IAmazonS3>, provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<WorkerStatus>().Beat, provider.GetRequiredService<ILogger<PublicBucket>>()));
        services.AddSingleton<IResultDestination>(provider => settings.Stores.Results.Folder is { } folder
            ? new ResultFolder(folder)
            : new S3Destination(provider.GetRequiredService<IAmazonS3>(), settings.Stores.Results.Bucket!));
        services.AddSingleton<ObjectFinder>();
        services.AddSingleton<WithdrawnDrops>();
        if (settings.Topic is { } topic)
        {
            AddTopic(services, topic);
        }
        else
        {
            services.AddSingleton<ITopic, JournalTopic>();
        }
    }

    /// <summary>A stage more is a line more here.</summary>
    private static void AddStages(IServiceCollection services) => services
        .AddSingleton<LockWait>()
        .AddSingleton<DropReader>()
        .AddSingleton<Manifests>()
        .AddSingleton<LoadProgress>()
        .AddSingleton<FeedLoader>()
        .AddSingleton<ResultExporter>()
        .AddSingleton<IRejectExporter, RejectExporter>()
        .AddSingleton<LoadStage>()
        .AddSingleton<CheckStage>()
        .AddSingleton<AnalyseStage>()
        .AddSingleton<CommitStage>()
        .AddSingleton<ExportStage>()
        .AddSingleton<NotifyStage>()
        .AddSingleton(provider => new RunStages(
            [
                provider.GetRequiredService<LoadStage>(), provider.GetRequiredService<CheckStage>(),
                provider.GetRequiredService<AnalyseStage>(),
            ],
            provider.GetRequiredService<CommitStage>(),
            [provider.GetRequiredService<ExportStage>(), provider.GetRequiredService<NotifyStage>()]));

    /// <summary>What each pipeline has for itself; made in its scope.</summary>
    private static void AddPipeline(IServiceCollection services) => services
        .AddSingleton<PipelineScopes>()
        .AddSingleton<IServedPipelines>(provider => provider.GetRequiredService<PipelineScopes>())
        .AddScoped<PipelineScopes.Holder>()
        .AddScoped(provider => provider.GetRequiredService<PipelineScopes.Holder>().Pipeline)
        .AddScoped<FormerNames>()
        .AddScoped<IFeedNames>(provider => provider.GetRequiredService<FormerNames>())
        .AddScoped<WorkerRegistry>()
        .AddScoped<QueueWatermark>()
        .AddScoped<DropMatcher>()
        .AddScoped<NearMisses>()
        .AddScoped<DropIntake>()
        .AddScoped<DropRecall>()
        .AddScoped<PipelineSweep>()
        .AddScoped<CurrentVersions>()
        .AddScoped<DayGate>()
        .AddScoped<DayQuery>()
        .AddScoped<MissedDeadlines>()
        .AddScoped<IRunGate, EventGate>()
        .AddScoped<ClaimReview>()
        .AddScoped<RunMemory>()
        .AddScoped<UnfinishedRuns>()
        .AddScoped<RunExecutor>()
        .AddScoped<RunOutcomeWriter>()
        .AddScoped<ILockHolders, LockHolders>()
        .AddScoped<RunReaction>()
        .AddScoped<DatabaseFit>()
        .AddScoped<IMigrationGate, MigrationGate>()
        .AddScoped<IPipelineSessions, PipelineSessions>()
        .AddScoped(provider => AlertOf(provider, provider.GetRequiredService<Pipeline>()))
        .AddScoped<LockedPipeline>()
        .AddScoped<PipelineRunner>()
        .AddScoped<PipelineTurn>();

    /// <summary>What the loops ask each pipeline for.</summary>
    private static void AddEach(IServiceCollection services) => services
        .AddSingleton<IPerPipeline<Pipeline>, PipelineScopes.Each<Pipeline>>()
        .AddSingleton<IPerPipeline<WorkerRegistry>, PipelineScopes.Each<WorkerRegistry>>()
        .AddSingleton<IPerPipeline<QueueWatermark>, PipelineScopes.Each<QueueWatermark>>()
        .AddSingleton<IPerPipeline<DropIntake>, PipelineScopes.Each<DropIntake>>()
        .AddSingleton<IPerPipeline<PipelineSweep>, PipelineScopes.Each<PipelineSweep>>()
        .AddSingleton<IPerPipeline<PipelineTurn>, PipelineScopes.Each<PipelineTurn>>();

    private static StallAlert AlertOf(IServiceProvider provider, Pipeline pipeline) => new(
        provider.GetRequiredService<ITopic>(), () => [pipeline], provider.GetRequiredService<TimeProvider>(),
        provider.GetRequiredService<ILogger<StallAlert>>());

    private static StallWatch WatchOf(IServiceProvider provider)
    {
        var time = provider.GetRequiredService<TimeProvider>();
        var pipelines = provider.GetRequiredService<IPerPipeline<Pipeline>>();
        var alert = new StallAlert(
            provider.GetRequiredService<ITopic>(), () => pipelines.Now, time, provider.GetRequiredService<ILogger<StallAlert>>());
        return new StallWatch(provider.GetRequiredService<WorkerStatus>(), alert, time);
    }

    private static ClockSkew SkewOf(IServiceProvider provider)
    {
        var clock = provider.GetRequiredService<LedgerClock>();
        return new ClockSkew(clock, clock.Machine, provider.GetRequiredService<ILogger<ClockSkew>>());
    }

    private static void AddTopic(IServiceCollection services, TopicOptions topic) => services
        .AddSingleton(topic)
        .AddSingleton<ITopic, SnsTopic>()
        .AddHttpClient(SnsTopic.ClientName)
        .RemoveAllLoggers()
        .ConfigurePrimaryHttpMessageHandler(() => new SigV4SigningHandler(
            DefaultAWSCredentialsIdentityResolver.GetCredentials(), RegionEndpoint.GetBySystemName(topic.Region), "sns",
            new SocketsHttpHandler { AllowAutoRedirect = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) }))
        .AddStandardResilienceHandler();

    /// <summary>Started in this order, and stopped in the reverse one.</summary>
    private static void AddLoops(IServiceCollection services, WorkerSettings settings)
    {
        services
            .AddSingleton<WorkerRegistries>()
            .AddSingleton<ILedgerProbe>(provider => provider.GetRequiredService<WorkerRegistries>())
            .AddSingleton(provider => DefinitionStores.Open(
                provider.GetRequiredService<DefinitionOptions>().Location, provider.GetRequiredService<IAmazonS3>))
            .AddSingleton<NoticeSender>()
            .AddSingleton<VersionReadiness>()
            .AddSingleton<ServedVersions>()
            .AddSingleton<ServingRecord>()
            .AddSingleton<DefinitionLoop>()
            .AddSingleton<WorkOrder>()
            .AddSingleton(WatchOf)
            .AddHostedService(provider => provider.GetRequiredService<WorkerRegistries>())
            .AddHostedService(provider => provider.GetRequiredService<DefinitionLoop>());
        if (settings.Queue is { } queue)
        {
            services.AddSingleton(queue).AddHostedService<QueueListener>();
        }

        if (settings.Stores.Source.Folder is not null)
        {
            services.AddHostedService<FolderWatch>();
        }

        services.AddHostedService<DropSweep>().AddHostedService<RunLoop>();
    }
}
