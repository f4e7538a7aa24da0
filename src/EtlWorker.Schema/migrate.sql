DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM pg_namespace WHERE nspname = 'etl') THEN
        CREATE SCHEMA etl;
    END IF;
END $EF$;
CREATE TABLE IF NOT EXISTS etl.migration (
    migration_id character varying(150) NOT NULL,
    product_version character varying(32) NOT NULL,
    CONSTRAINT pk_migration PRIMARY KEY (migration_id)
);


DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM etl.migration WHERE "migration_id" = '20261123020129_Initial') THEN
        IF NOT EXISTS(SELECT 1 FROM pg_namespace WHERE nspname = 'etl') THEN
            CREATE SCHEMA etl;
        END IF;
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM etl.migration WHERE "migration_id" = '20261123020129_Initial') THEN
    CREATE TABLE etl.definition (
        hash text NOT NULL,
        pipeline text NOT NULL,
        document text NOT NULL,
        sql jsonb NOT NULL,
        first_used_at timestamp with time zone NOT NULL,
        CONSTRAINT definition_pk PRIMARY KEY (hash)
    );
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM etl.migration WHERE "migration_id" = '20261123020129_Initial') THEN
    CREATE TABLE etl.unreadable_message (
        queue text NOT NULL,
        message_id text NOT NULL,
        body text NOT NULL,
        reason text NOT NULL,
        receive_count integer NOT NULL,
        first_received_at timestamp with time zone NOT NULL,
        last_received_at timestamp with time zone NOT NULL,
        CONSTRAINT unreadable_message_pk PRIMARY KEY (queue, message_id)
    );
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM etl.migration WHERE "migration_id" = '20261123020129_Initial') THEN
    CREATE TABLE etl.run (
        id bigint GENERATED ALWAYS AS IDENTITY,
        pipeline text NOT NULL,
        run_date date NOT NULL,
        as_of date NOT NULL,
        time_zone text NOT NULL,
        origin text NOT NULL,
        state text NOT NULL,
        attempt integer NOT NULL,
        definition_hash text NOT NULL,
        worker text NOT NULL,
        error text,
        reason text,
        warnings text[] NOT NULL DEFAULT ('{}'),
        claimed_at timestamp with time zone NOT NULL,
        committed_at timestamp with time zone,
        ended_at timestamp with time zone,
        CONSTRAINT run_pk PRIMARY KEY (id),
        CONSTRAINT run_attempt CHECK (attempt >= 1),
        CONSTRAINT run_committed_at CHECK (state not in ('committed', 'succeeded') or committed_at is not null),
        CONSTRAINT run_ended_at CHECK ((state in ('succeeded', 'failed')) = (ended_at is not null)),
        CONSTRAINT run_error CHECK (state <> 'failed' or error is not null),
        CONSTRAINT run_origin CHECK (origin in ('event', 'manual', 'backfill')),
        CONSTRAINT run_state CHECK (state in ('claimed', 'committed', 'succeeded', 'failed')),
        CONSTRAINT run_definition_fk FOREIGN KEY (definition_hash) REFERENCES etl.definition (hash) ON DELETE RESTRICT
    );
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM etl.migration WHERE "migration_id" = '20261123020129_Initial') THEN
    CREATE TABLE etl.drop (
        id bigint GENERATED ALWAYS AS IDENTITY,
        pipeline text NOT NULL,
        feed text,
        bucket text NOT NULL,
        key text NOT NULL,
        version_id text,
        etag text,
        size bigint NOT NULL,
        sequencer text,
        event_time timestamp with time zone NOT NULL,
        source text NOT NULL,
        received_at timestamp with time zone NOT NULL,
        disposition text NOT NULL,
        reason text,
        run_id bigint,
        CONSTRAINT drop_pk PRIMARY KEY (id),
        CONSTRAINT drop_disposition CHECK (disposition in ('pending', 'claimed', 'loaded', 'failed', 'held', 'superseded', 'ignored', 'gone')),
        CONSTRAINT drop_feed CHECK (disposition = 'ignored' or feed is not null),
        CONSTRAINT drop_reason CHECK (disposition not in ('held', 'superseded', 'ignored') or reason is not null),
        CONSTRAINT drop_run CHECK (disposition not in ('claimed', 'loaded', 'failed') or run_id is not null),
        CONSTRAINT drop_source CHECK (source in ('s3', 'sns', 'eventbridge', 'listing')),
        CONSTRAINT drop_run_fk FOREIGN KEY (run_id) REFERENCES etl.run (id) ON DELETE RESTRICT
    );
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM etl.migration WHERE "migration_id" = '20261123020129_Initial') THEN
    CREATE TABLE etl.notification (
        id bigint GENERATED ALWAYS AS IDENTITY,
        pipeline text NOT NULL,
        run_id bigint,
        run_date date,
        kind text NOT NULL,
        subject text NOT NULL,
        body text NOT NULL,
        created_at timestamp with time zone NOT NULL,
        attempts integer NOT NULL DEFAULT 0,
        last_error text,
        message_id text,
        sent_at timestamp with time zone,
        CONSTRAINT notification_pk PRIMARY KEY (id),
        CONSTRAINT notification_run_fk FOREIGN KEY (run_id) REFERENCES etl.run (id)
    );
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM etl.migration WHERE "migration_id" = '20261123020129_Initial') THEN
    CREATE TABLE etl.reject (
        id bigint GENERATED ALWAYS AS IDENTITY,
        run_id bigint NOT NULL,
        attempt integer NOT NULL,
        feed text NOT NULL,
        line_number bigint NOT NULL,
        column_name text,
        code text NOT NULL,
        reason text NOT NULL,
        raw_text text NOT NULL,
        CONSTRAINT reject_pk PRIMARY KEY (id),
        CONSTRAINT reject_run_fk FOREIGN KEY (run_id) REFERENCES etl.run (id) ON DELETE CASCADE
    );
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM etl.migration WHERE "migration_id" = '20261123020129_Initial') THEN
    CREATE TABLE etl.run_stage (
        run_id bigint NOT NULL,
        attempt integer NOT NULL,
        stage text NOT NULL,
        started_at timestamp with time zone NOT NULL,
        ended_at timestamp with time zone,
        CONSTRAINT run_stage_pk PRIMARY KEY (run_id, attempt, stage),
        CONSTRAINT run_stage_stage CHECK (stage in ('plan', 'load', 'check', 'analyse', 'commit', 'export', 'notify')),
        CONSTRAINT run_stage_run_fk FOREIGN KEY (run_id) REFERENCES etl.run (id) ON DELETE CASCADE
    );
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM etl.migration WHERE "migration_id" = '20261123020129_Initial') THEN
    CREATE TABLE etl.run_feed (
        run_id bigint NOT NULL,
        attempt integer NOT NULL,
        feed text NOT NULL,
        drop_id bigint NOT NULL,
        bytes bigint NOT NULL,
        sha256 text NOT NULL,
        rows_read bigint NOT NULL,
        rows_loaded bigint NOT NULL,
        rows_rejected bigint NOT NULL,
        seconds double precision NOT NULL,
        CONSTRAINT run_feed_pk PRIMARY KEY (run_id, attempt, feed),
        CONSTRAINT run_feed_no_row_vanishes CHECK (rows_read = rows_loaded + rows_rejected),
        CONSTRAINT run_feed_drop_fk FOREIGN KEY (drop_id) REFERENCES etl.drop (id) ON DELETE CASCADE,
        CONSTRAINT run_feed_run_fk FOREIGN KEY (run_id) REFERENCES etl.run (id) ON DELETE CASCADE
    );
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM etl.migration WHERE "migration_id" = '20261123020129_Initial') THEN
    CREATE UNIQUE INDEX drop_identity ON etl.drop (pipeline, bucket, key, version_id) WHERE version_id is not null;
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM etl.migration WHERE "migration_id" = '20261123020129_Initial') THEN
    CREATE INDEX drop_pending ON etl.drop (pipeline) WHERE disposition = 'pending';
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM etl.migration WHERE "migration_id" = '20261123020129_Initial') THEN
    CREATE INDEX drop_without_version ON etl.drop (pipeline, bucket, key, etag);
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM etl.migration WHERE "migration_id" = '20261123020129_Initial') THEN
    CREATE INDEX ix_drop_run_id ON etl.drop (run_id);
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM etl.migration WHERE "migration_id" = '20261123020129_Initial') THEN
    CREATE INDEX ix_notification_run_id ON etl.notification (run_id);
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM etl.migration WHERE "migration_id" = '20261123020129_Initial') THEN
    CREATE INDEX notification_unsent ON etl.notification (pipeline) WHERE sent_at is null;
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM etl.migration WHERE "migration_id" = '20261123020129_Initial') THEN
    CREATE INDEX reject_run ON etl.reject (run_id, attempt, feed);
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM etl.migration WHERE "migration_id" = '20261123020129_Initial') THEN
    CREATE INDEX ix_run_definition_hash ON etl.run (definition_hash);
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM etl.migration WHERE "migration_id" = '20261123020129_Initial') THEN
    CREATE UNIQUE INDEX run_once_per_date ON etl.run (pipeline, run_date) WHERE origin = 'event';
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM etl.migration WHERE "migration_id" = '20261123020129_Initial') THEN
    CREATE INDEX ix_run_feed_drop_id ON etl.run_feed (drop_id);
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM etl.migration WHERE "migration_id" = '20261123020129_Initial') THEN
    -- The ledger made to be read in psql: `select * from etl.run_history` and `select * from etl.latest_run`.
    -- Only a run's last attempt is shown; times are in the session's time zone.
    create view etl.run_history as
    select
        run.id as run_id,
        run.pipeline,
        run.run_date,
        run.origin,
        run.state,
        run.attempt,
        stage.stage,
        date_trunc('second', run.claimed_at) as began,
        date_trunc('milliseconds', coalesce(run.ended_at, now()) - run.claimed_at) as took,
        feeds.rows_read,
        feeds.rows_loaded,
        feeds.rows_rejected,
        run.error
    from etl.run
    left join lateral (
        select sum(feed.rows_read)::bigint as rows_read,
               sum(feed.rows_loaded)::bigint as rows_loaded,
               sum(feed.rows_rejected)::bigint as rows_rejected
        from etl.run_feed as feed
        where feed.run_id = run.id and feed.attempt = run.attempt
    ) as feeds on true
    left join lateral (
        select latest.stage
        from etl.run_stage as latest
        where latest.run_id = run.id and latest.attempt = run.attempt
        order by latest.started_at desc
        limit 1
    ) as stage on true
    order by run.claimed_at desc, run.id desc;

    create view etl.latest_run as
    select distinct on (history.pipeline) history.*
    from etl.run_history as history
    order by history.pipeline, history.began desc, history.run_id desc;

    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM etl.migration WHERE "migration_id" = '20261123020129_Initial') THEN
    INSERT INTO etl.migration (migration_id, product_version)
    VALUES ('20261123020129_Initial', '10.0.15');
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM etl.migration WHERE "migration_id" = '20261123033924_RetriedRuns') THEN
    ALTER TABLE etl.run ADD first_attempt integer NOT NULL DEFAULT 1;
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM etl.migration WHERE "migration_id" = '20261123033924_RetriedRuns') THEN
    ALTER TABLE etl.run ADD CONSTRAINT run_first_attempt CHECK (first_attempt between 1 and attempt + 1);
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM etl.migration WHERE "migration_id" = '20261123033924_RetriedRuns') THEN
    INSERT INTO etl.migration (migration_id, product_version)
    VALUES ('20261123033924_RetriedRuns', '10.0.15');
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM etl.migration WHERE "migration_id" = '20261123052234_WatchedDeadlines') THEN
    ALTER TABLE etl.run_feed DROP CONSTRAINT run_feed_pk;
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM etl.migration WHERE "migration_id" = '20261123052234_WatchedDeadlines') THEN
    ALTER TABLE etl.drop DROP CONSTRAINT drop_reason;
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM etl.migration WHERE "migration_id" = '20261123052234_WatchedDeadlines') THEN
    ALTER TABLE etl.run_feed ADD CONSTRAINT run_feed_pk PRIMARY KEY (run_id, attempt, drop_id);
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM etl.migration WHERE "migration_id" = '20261123052234_WatchedDeadlines') THEN
    CREATE TABLE etl.deadline_watch (
        pipeline text NOT NULL,
        judged_until timestamp with time zone NOT NULL,
        CONSTRAINT deadline_watch_pk PRIMARY KEY (pipeline)
    );
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM etl.migration WHERE "migration_id" = '20261123052234_WatchedDeadlines') THEN
    ALTER TABLE etl.drop ADD CONSTRAINT drop_reason CHECK (disposition not in ('held', 'superseded', 'ignored', 'gone') or reason is not null);
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM etl.migration WHERE "migration_id" = '20261123052234_WatchedDeadlines') THEN
    INSERT INTO etl.migration (migration_id, product_version)
    VALUES ('20261123052234_WatchedDeadlines', '10.0.15');
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM etl.migration WHERE "migration_id" = '20261123065658_WaitingDrops') THEN
    DROP INDEX etl.drop_pending;
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM etl.migration WHERE "migration_id" = '20261123065658_WaitingDrops') THEN
    CREATE INDEX drop_of_feed ON etl.drop (pipeline, feed, event_time) WHERE feed is not null;
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM etl.migration WHERE "migration_id" = '20261123065658_WaitingDrops') THEN
    CREATE INDEX drop_waiting ON etl.drop (pipeline) WHERE disposition in ('pending', 'held', 'failed');
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM etl.migration WHERE "migration_id" = '20261123065658_WaitingDrops') THEN
    INSERT INTO etl.migration (migration_id, product_version)
    VALUES ('20261123065658_WaitingDrops', '10.0.15');
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM etl.migration WHERE "migration_id" = '20261123163028_RejectedFiles') THEN
    ALTER TABLE etl.reject ADD drop_id bigint;
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM etl.migration WHERE "migration_id" = '20261123163028_RejectedFiles') THEN
    CREATE TABLE etl.rejected_file (
        run_id bigint NOT NULL,
        attempt integer NOT NULL,
        drop_id bigint NOT NULL,
        feed text NOT NULL,
        header text NOT NULL,
        field_count integer NOT NULL,
        CONSTRAINT rejected_file_pk PRIMARY KEY (run_id, attempt, drop_id),
        CONSTRAINT rejected_file_drop_fk FOREIGN KEY (drop_id) REFERENCES etl.drop (id) ON DELETE CASCADE,
        CONSTRAINT rejected_file_run_fk FOREIGN KEY (run_id) REFERENCES etl.run (id) ON DELETE CASCADE
    );
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM etl.migration WHERE "migration_id" = '20261123163028_RejectedFiles') THEN
    CREATE INDEX ix_rejected_file_drop_id ON etl.rejected_file (drop_id);
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM etl.migration WHERE "migration_id" = '20261123163028_RejectedFiles') THEN
    INSERT INTO etl.migration (migration_id, product_version)
    VALUES ('20261123163028_RejectedFiles', '10.0.15');
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM etl.migration WHERE "migration_id" = '20261126011739_PassingFaults') THEN
    ALTER TABLE etl.drop DROP CONSTRAINT drop_disposition;
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM etl.migration WHERE "migration_id" = '20261126011739_PassingFaults') THEN
    ALTER TABLE etl.drop DROP CONSTRAINT drop_reason;
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM etl.migration WHERE "migration_id" = '20261126011739_PassingFaults') THEN
    ALTER TABLE etl.run ADD former_state text;
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM etl.migration WHERE "migration_id" = '20261126011739_PassingFaults') THEN
    ALTER TABLE etl.run ADD passing_at timestamp with time zone;
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM etl.migration WHERE "migration_id" = '20261126011739_PassingFaults') THEN
    ALTER TABLE etl.run ADD passing_point integer;
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM etl.migration WHERE "migration_id" = '20261126011739_PassingFaults') THEN
    ALTER TABLE etl.run ADD passing_since timestamp with time zone;
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM etl.migration WHERE "migration_id" = '20261126011739_PassingFaults') THEN
    ALTER TABLE etl.run ADD retry_ended_at timestamp with time zone;
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM etl.migration WHERE "migration_id" = '20261126011739_PassingFaults') THEN
    ALTER TABLE etl.run ADD retry_error text;
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM etl.migration WHERE "migration_id" = '20261126011739_PassingFaults') THEN
    ALTER TABLE etl.drop ADD former_disposition text;
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM etl.migration WHERE "migration_id" = '20261126011739_PassingFaults') THEN
    CREATE TABLE etl.worker (
        name text NOT NULL,
        pipeline text NOT NULL,
        definition_hash text NOT NULL,
        version text NOT NULL,
        started_at timestamp with time zone NOT NULL,
        seen_at timestamp with time zone NOT NULL,
        CONSTRAINT worker_pk PRIMARY KEY (name, pipeline),
        CONSTRAINT worker_definition_fk FOREIGN KEY (definition_hash) REFERENCES etl.definition (hash) ON DELETE RESTRICT
    );
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM etl.migration WHERE "migration_id" = '20261126011739_PassingFaults') THEN
    ALTER TABLE etl.run ADD CONSTRAINT run_former_state CHECK (former_state in ('committed', 'succeeded'));
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM etl.migration WHERE "migration_id" = '20261126011739_PassingFaults') THEN
    ALTER TABLE etl.run ADD CONSTRAINT run_passing CHECK ((passing_since is null) = (passing_at is null));
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM etl.migration WHERE "migration_id" = '20261126011739_PassingFaults') THEN
    ALTER TABLE etl.run ADD CONSTRAINT run_retry CHECK ((retry_error is null) = (retry_ended_at is null));
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM etl.migration WHERE "migration_id" = '20261126011739_PassingFaults') THEN
    ALTER TABLE etl.drop ADD CONSTRAINT drop_disposition CHECK (disposition in ('pending', 'claimed', 'loaded', 'failed', 'held', 'superseded', 'ignored', 'gone', 'discarded'));
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM etl.migration WHERE "migration_id" = '20261126011739_PassingFaults') THEN
    ALTER TABLE etl.drop ADD CONSTRAINT drop_reason CHECK (disposition not in ('held', 'superseded', 'ignored', 'gone', 'discarded') or reason is not null);
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM etl.migration WHERE "migration_id" = '20261126011739_PassingFaults') THEN
    CREATE INDEX ix_worker_definition_hash ON etl.worker (definition_hash);
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM etl.migration WHERE "migration_id" = '20261126011739_PassingFaults') THEN
    CREATE INDEX worker_seen ON etl.worker (pipeline, seen_at);
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM etl.migration WHERE "migration_id" = '20261126011739_PassingFaults') THEN
    -- The ledger made to be read in psql: `select * from etl.run_history` and `select * from etl.latest_run`.
    -- Only a run's last attempt is shown; times are in the session's time zone.
    -- passing_since: since when the run waits for a passing fault to end. retry_error: why its last retry failed, though the day keeps its state.
    drop view etl.latest_run;

    create or replace view etl.run_history as
    select
        run.id as run_id,
        run.pipeline,
        run.run_date,
        run.origin,
        run.state,
        run.attempt,
        stage.stage,
        date_trunc('second', run.claimed_at) as began,
        date_trunc('milliseconds', coalesce(run.ended_at, now()) - run.claimed_at) as took,
        feeds.rows_read,
        feeds.rows_loaded,
        feeds.rows_rejected,
        run.error,
        date_trunc('second', run.passing_since) as passing_since,
        run.retry_error
    from etl.run
    left join lateral (
        select sum(feed.rows_read)::bigint as rows_read,
               sum(feed.rows_loaded)::bigint as rows_loaded,
               sum(feed.rows_rejected)::bigint as rows_rejected
        from etl.run_feed as feed
        where feed.run_id = run.id and feed.attempt = run.attempt
    ) as feeds on true
    left join lateral (
        select latest.stage
        from etl.run_stage as latest
        where latest.run_id = run.id and latest.attempt = run.attempt
        order by latest.started_at desc
        limit 1
    ) as stage on true
    order by run.claimed_at desc, run.id desc;

    create view etl.latest_run as
    select distinct on (history.pipeline) history.*
    from etl.run_history as history
    order by history.pipeline, history.began desc, history.run_id desc;

    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM etl.migration WHERE "migration_id" = '20261126011739_PassingFaults') THEN
    INSERT INTO etl.migration (migration_id, product_version)
    VALUES ('20261126011739_PassingFaults', '10.0.15');
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM etl.migration WHERE "migration_id" = '20261126095933_GatheredNotices') THEN
    ALTER TABLE etl.notification ADD drop_ids bigint[];
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM etl.migration WHERE "migration_id" = '20261126095933_GatheredNotices') THEN
    ALTER TABLE etl.notification ADD due_at timestamp with time zone;
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM etl.migration WHERE "migration_id" = '20261126095933_GatheredNotices') THEN
    INSERT INTO etl.migration (migration_id, product_version)
    VALUES ('20261126095933_GatheredNotices', '10.0.15');
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM etl.migration WHERE "migration_id" = '20261126180358_StoppedWorkers') THEN
    ALTER TABLE etl.worker ADD stopped_at timestamp with time zone;
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM etl.migration WHERE "migration_id" = '20261126180358_StoppedWorkers') THEN
    INSERT INTO etl.migration (migration_id, product_version)
    VALUES ('20261126180358_StoppedWorkers', '10.0.15');
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM etl.migration WHERE "migration_id" = '20261127161103_IndexesOfALoad') THEN
    ALTER TABLE etl.run_feed ADD indexes text;
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM etl.migration WHERE "migration_id" = '20261127161103_IndexesOfALoad') THEN
    INSERT INTO etl.migration (migration_id, product_version)
    VALUES ('20261127161103_IndexesOfALoad', '10.0.15');
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM etl.migration WHERE "migration_id" = '20261128022227_PipelineMigrations') THEN
    CREATE TABLE etl.pipeline_migration (
        pipeline text NOT NULL,
        file text NOT NULL,
        sha256 text NOT NULL,
        applied_at timestamp with time zone NOT NULL,
        worker text NOT NULL,
        version text NOT NULL,
        CONSTRAINT pipeline_migration_pk PRIMARY KEY (pipeline, file)
    );
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM etl.migration WHERE "migration_id" = '20261128022227_PipelineMigrations') THEN
    INSERT INTO etl.migration (migration_id, product_version)
    VALUES ('20261128022227_PipelineMigrations', '10.0.15');
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM etl.migration WHERE "migration_id" = '20261128033647_PipelinesAndCheckRows') THEN
    CREATE TABLE etl.check_row (
        run_id bigint NOT NULL,
        attempt integer NOT NULL,
        check_name text NOT NULL,
        row_number integer NOT NULL,
        content text NOT NULL,
        is_cut boolean NOT NULL,
        CONSTRAINT check_row_pk PRIMARY KEY (run_id, attempt, check_name, row_number),
        CONSTRAINT check_row_run_fk FOREIGN KEY (run_id) REFERENCES etl.run (id) ON DELETE CASCADE
    );
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM etl.migration WHERE "migration_id" = '20261128033647_PipelinesAndCheckRows') THEN
    CREATE TABLE etl.pipeline (
        name text NOT NULL,
        source text NOT NULL,
        definition_hash text NOT NULL,
        taken_at timestamp with time zone NOT NULL,
        removed_at timestamp with time zone,
        CONSTRAINT pipeline_pk PRIMARY KEY (name),
        CONSTRAINT pipeline_definition_fk FOREIGN KEY (definition_hash) REFERENCES etl.definition (hash) ON DELETE RESTRICT
    );
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM etl.migration WHERE "migration_id" = '20261128033647_PipelinesAndCheckRows') THEN
    CREATE TABLE etl.refused_definition (
        source text NOT NULL,
        version text NOT NULL,
        faults text[] NOT NULL,
        refused_at timestamp with time zone NOT NULL,
        CONSTRAINT refused_definition_pk PRIMARY KEY (source)
    );
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM etl.migration WHERE "migration_id" = '20261128033647_PipelinesAndCheckRows') THEN
    CREATE TABLE etl.run_check (
        run_id bigint NOT NULL,
        attempt integer NOT NULL,
        check_name text NOT NULL,
        verdict text NOT NULL,
        rows_found bigint NOT NULL,
        rows_of bigint,
        checked_at timestamp with time zone NOT NULL,
        CONSTRAINT run_check_pk PRIMARY KEY (run_id, attempt, check_name),
        CONSTRAINT run_check_verdict CHECK (verdict in ('passed', 'warned', 'failed')),
        CONSTRAINT run_check_run_fk FOREIGN KEY (run_id) REFERENCES etl.run (id) ON DELETE CASCADE
    );
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM etl.migration WHERE "migration_id" = '20261128033647_PipelinesAndCheckRows') THEN
    CREATE INDEX ix_pipeline_definition_hash ON etl.pipeline (definition_hash);
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM etl.migration WHERE "migration_id" = '20261128033647_PipelinesAndCheckRows') THEN
    INSERT INTO etl.migration (migration_id, product_version)
    VALUES ('20261128033647_PipelinesAndCheckRows', '10.0.15');
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM etl.migration WHERE "migration_id" = '20261128112429_ManualDrops') THEN
    DROP INDEX etl.drop_identity;
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM etl.migration WHERE "migration_id" = '20261128112429_ManualDrops') THEN
    ALTER TABLE etl.drop DROP CONSTRAINT drop_source;
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM etl.migration WHERE "migration_id" = '20261128112429_ManualDrops') THEN
    CREATE UNIQUE INDEX drop_identity ON etl.drop (pipeline, bucket, key, version_id) WHERE version_id is not null and source <> 'manual';
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM etl.migration WHERE "migration_id" = '20261128112429_ManualDrops') THEN
    ALTER TABLE etl.drop ADD CONSTRAINT drop_source CHECK (source in ('s3', 'sns', 'eventbridge', 'listing', 'manual'));
    END IF;
END $EF$;

DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM etl.migration WHERE "migration_id" = '20261128112429_ManualDrops') THEN
    INSERT INTO etl.migration (migration_id, product_version)
    VALUES ('20261128112429_ManualDrops', '10.0.15');
    END IF;
END $EF$;
