-- The ledger: every fact ever recorded, and which request recorded it.

-- Column for column what the event store of eventsourcing 9.5 makes for an application named
-- "ledger" with text ids; made here once, so that processes starting together never race to make it.
-- Its insert function is left out on purpose: inserting through it takes no lock on the table, and a
-- follower that reads in notification order then misses facts.
CREATE TYPE public.stored_event_text AS (
    originator_id text,
    originator_version bigint,
    topic text,
    state bytea
);

CREATE TABLE public.ledger_events (
    originator_id text NOT NULL,
    originator_version bigint NOT NULL,
    topic text,
    state bytea,
    notification_id bigserial,
    PRIMARY KEY (originator_id, originator_version)
) WITH (
    autovacuum_enabled = true,
    autovacuum_vacuum_threshold = 100000000,
    autovacuum_vacuum_scale_factor = 0.5,
    autovacuum_analyze_threshold = 1000,
    autovacuum_analyze_scale_factor = 0.01
);

CREATE UNIQUE INDEX ledger_events_notification_id_idx
    ON public.ledger_events (notification_id ASC);

-- Which request (a principal's idempotency key) recorded which facts. A row is written in the facts'
-- own transaction, so a repeated request finds its answer here, whatever became of the first reply.
CREATE TABLE public.ledger_keys (
    principal text NOT NULL,
    key text NOT NULL,
    fingerprint text NOT NULL,
    stream text NOT NULL,
    first_version bigint,
    last_version bigint,
    recorded_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (principal, key)
);
