using Microsoft.EntityFrameworkCore;

namespace EtlWorker.Schema;

/// <summary>The <c>etl</c> schema: what arrived, what ran, what it read, what it refused, what was said.</summary>
internal static class LedgerModel
{
    private const string Schema = "etl";

    public static void Describe(ModelBuilder model)
    {
        model.Entity<DefinitionRow>(table =>
        {
            table.ToTable("definition", Schema).HasKey(row => row.Hash).HasName("definition_pk");
        });
        DescribeRuns(model);
        DescribeDrops(model);
        DescribeWhatARunLeaves(model);
        DescribeChecks(model);
        DescribeMessages(model);
        DescribeWorkers(model);
        DescribePipelines(model);
        model.Entity<DeadlineWatchRow>(table =>
            table.ToTable("deadline_watch", Schema).HasKey(row => row.Pipeline).HasName("deadline_watch_pk"));
        model.Entity<PipelineMigrationRow>(table => table.ToTable("pipeline_migration", Schema)
            .HasKey(row => new { row.Pipeline, row.File }).HasName("pipeline_migration_pk"));
    }

    private static void DescribeRuns(ModelBuilder model) => model.Entity<RunRow>(table =>
    {
        table.ToTable("run", Schema, constraints =>
        {
            constraints.HasCheckConstraint("run_origin", "origin in ('event', 'manual', 'backfill')");
            constraints.HasCheckConstraint("run_state", "state in ('claimed', 'committed', 'succeeded', 'failed')");
            constraints.HasCheckConstraint("run_attempt", "attempt >= 1");
            constraints.HasCheckConstraint("run_first_attempt", "first_attempt between 1 and attempt + 1");
            constraints.HasCheckConstraint("run_committed_at", "state not in ('committed', 'succeeded') or committed_at is not null");
            constraints.HasCheckConstraint("run_ended_at", "(state in ('succeeded', 'failed')) = (ended_at is not null)");
            constraints.HasCheckConstraint("run_error", "state <> 'failed' or error is not null");
            constraints.HasCheckConstraint("run_passing", "(passing_since is null) = (passing_at is null)");
            constraints.HasCheckConstraint("run_former_state", "former_state in ('committed', 'succeeded')");
            constraints.HasCheckConstraint("run_retry", "(retry_error is null) = (retry_ended_at is null)");
        });
        table.HasKey(row => row.Id).HasName("run_pk");
        table.Property(row => row.Id).UseIdentityAlwaysColumn();
        table.Property(row => row.FirstAttempt).HasDefaultValue(1);
        table.Property(row => row.Warnings).HasDefaultValueSql("'{}'");
        table.HasIndex(row => new { row.Pipeline, row.RunDate }).IsUnique()
            .HasFilter("origin = 'event'").HasDatabaseName("run_once_per_date");
        table.HasOne<DefinitionRow>().WithMany().HasForeignKey(row => row.DefinitionHash)
            .HasConstraintName("run_definition_fk").OnDelete(DeleteBehavior.Restrict);
    });

    private static void DescribeDrops(ModelBuilder model) => model.Entity<DropRow>(table =>
    {
        table.ToTable("drop", Schema, constraints =>
        {
            constraints.HasCheckConstraint("drop_disposition",
                "disposition in ('pending', 'claimed', 'loaded', 'failed', 'held', 'superseded', 'ignored', 'gone', 'discarded')");
            constraints.HasCheckConstraint("drop_source", "source in ('s3', 'sns', 'eventbridge', 'listing', 'manual')");
            constraints.HasCheckConstraint("drop_run", "disposition not in ('claimed', 'loaded', 'failed') or run_id is not null");
            constraints.HasCheckConstraint("drop_feed", "disposition = 'ignored' or feed is not null");
            constraints.HasCheckConstraint(
                "drop_reason", "disposition not in ('held', 'superseded', 'ignored', 'gone', 'discarded') or reason is not null");
        });
        table.HasKey(row => row.Id).HasName("drop_pk");
        table.Property(row => row.Id).UseIdentityAlwaysColumn();
        table.HasIndex(row => new { row.Pipeline, row.Bucket, row.Key, row.VersionId }).IsUnique()
            .HasFilter("version_id is not null and source <> 'manual'").HasDatabaseName("drop_identity");
        table.HasIndex(row => new { row.Pipeline, row.Bucket, row.Key, row.Etag }).HasDatabaseName("drop_without_version");
        table.HasIndex(row => row.Pipeline).HasFilter("disposition in ('pending', 'held', 'failed')").HasDatabaseName("drop_waiting");
        table.HasIndex(row => new { row.Pipeline, row.Feed, row.EventTime }).HasFilter("feed is not null").HasDatabaseName("drop_of_feed");
        table.HasOne<RunRow>().WithMany().HasForeignKey(row => row.RunId)
            .HasConstraintName("drop_run_fk").OnDelete(DeleteBehavior.Restrict);
    });

    private static void DescribeWhatARunLeaves(ModelBuilder model)
    {
        model.Entity<RunFeedRow>(table =>
        {
            table.ToTable("run_feed", Schema, constraints =>
                constraints.HasCheckConstraint("run_feed_no_row_vanishes", "rows_read = rows_loaded + rows_rejected"));
            table.HasKey(row => new { row.RunId, row.Attempt, row.DropId }).HasName("run_feed_pk");
            table.HasOne<RunRow>().WithMany().HasForeignKey(row => row.RunId).HasConstraintName("run_feed_run_fk");
            table.HasOne<DropRow>().WithMany().HasForeignKey(row => row.DropId).HasConstraintName("run_feed_drop_fk");
        });
        model.Entity<RunStageRow>(table =>
        {
            table.ToTable("run_stage", Schema, constraints => constraints.HasCheckConstraint("run_stage_stage",
                "stage in ('plan', 'load', 'check', 'analyse', 'commit', 'export', 'notify')"));
            table.HasKey(row => new { row.RunId, row.Attempt, row.Stage }).HasName("run_stage_pk");
            table.HasOne<RunRow>().WithMany().HasForeignKey(row => row.RunId).HasConstraintName("run_stage_run_fk");
        });
        model.Entity<RejectRow>(table =>
        {
            table.ToTable("reject", Schema).HasKey(row => row.Id).HasName("reject_pk");
            table.Property(row => row.Id).UseIdentityAlwaysColumn();
            table.HasIndex(row => new { row.RunId, row.Attempt, row.Feed }).HasDatabaseName("reject_run");
            table.HasOne<RunRow>().WithMany().HasForeignKey(row => row.RunId).HasConstraintName("reject_run_fk");
        });
        model.Entity<RejectedFileRow>(table =>
        {
            table.ToTable("rejected_file", Schema).HasKey(row => new { row.RunId, row.Attempt, row.DropId }).HasName("rejected_file_pk");
            table.HasOne<RunRow>().WithMany().HasForeignKey(row => row.RunId).HasConstraintName("rejected_file_run_fk");
            table.HasOne<DropRow>().WithMany().HasForeignKey(row => row.DropId).HasConstraintName("rejected_file_drop_fk");
        });
    }

    private static void DescribeChecks(ModelBuilder model)
    {
        model.Entity<RunCheckRow>(table =>
        {
            table.ToTable("run_check", Schema, constraints =>
                constraints.HasCheckConstraint("run_check_verdict", "verdict in ('passed', 'warned', 'failed')"));
            table.HasKey(row => new { row.RunId, row.Attempt, row.CheckName }).HasName("run_check_pk");
            table.HasOne<RunRow>().WithMany().HasForeignKey(row => row.RunId).HasConstraintName("run_check_run_fk");
        });
        model.Entity<CheckedRow>(table =>
        {
            table.ToTable("check_row", Schema);
            table.HasKey(row => new { row.RunId, row.Attempt, row.CheckName, row.RowNumber }).HasName("check_row_pk");
            table.HasOne<RunRow>().WithMany().HasForeignKey(row => row.RunId).HasConstraintName("check_row_run_fk");
        });
    }

    private static void DescribeWorkers(ModelBuilder model) => model.Entity<WorkerRow>(table =>
    {
        table.ToTable("worker", Schema).HasKey(row => new { row.Name, row.Pipeline }).HasName("worker_pk");
        table.HasIndex(row => new { row.Pipeline, row.SeenAt }).HasDatabaseName("worker_seen");
        table.HasOne<DefinitionRow>().WithMany().HasForeignKey(row => row.DefinitionHash)
            .HasConstraintName("worker_definition_fk").OnDelete(DeleteBehavior.Restrict);
    });

    private static void DescribePipelines(ModelBuilder model)
    {
        model.Entity<PipelineRow>(table =>
        {
            table.ToTable("pipeline", Schema).HasKey(row => row.Name).HasName("pipeline_pk");
            table.HasOne<DefinitionRow>().WithMany().HasForeignKey(row => row.DefinitionHash)
                .HasConstraintName("pipeline_definition_fk").OnDelete(DeleteBehavior.Restrict);
        });
        model.Entity<RefusedDefinitionRow>(table =>
            table.ToTable("refused_definition", Schema).HasKey(row => row.Source).HasName("refused_definition_pk"));
    }

    private static void DescribeMessages(ModelBuilder model)
    {
        model.Entity<NotificationRow>(table =>
        {
            table.ToTable("notification", Schema).HasKey(row => row.Id).HasName("notification_pk");
            table.Property(row => row.Id).UseIdentityAlwaysColumn();
            table.Property(row => row.Attempts).HasDefaultValue(0);
            table.HasIndex(row => row.Pipeline).HasFilter("sent_at is null").HasDatabaseName("notification_unsent");
            table.HasOne<RunRow>().WithMany().HasForeignKey(row => row.RunId).HasConstraintName("notification_run_fk");
        });
        model.Entity<UnreadableMessageRow>(table =>
        {
            table.ToTable("unreadable_message", Schema)
                .HasKey(row => new { row.Queue, row.MessageId }).HasName("unreadable_message_pk");
        });
    }
}
