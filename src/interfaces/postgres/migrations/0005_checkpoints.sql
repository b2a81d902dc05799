-- What the signer publishes about each log, and what witnesses put under it. Nothing here is written
-- in the event's commit: the signer is a process of its own and follows.

-- The keys that checkpoints are signed with, oldest first; there is one unless a key was lost.
CREATE TABLE public.history_signers (
    public bytea PRIMARY KEY CHECK (octet_length(public) = 32),
    since timestamptz NOT NULL
);

-- A checkpoint is a log's root at a size, and a leaf of the log named 'service': its index there and
-- its hash. The service's own checkpoints are leaves of nothing.
CREATE TABLE public.history_checkpoints (
    log text NOT NULL,
    size bigint NOT NULL CHECK (size > 0),
    root bytea NOT NULL CHECK (octet_length(root) = 32),
    note text NOT NULL,
    signed_at timestamptz NOT NULL,
    service_index bigint UNIQUE,
    service_leaf bytea CHECK (octet_length(service_leaf) = 32),
    PRIMARY KEY (log, size),
    CHECK ((log = 'service') = (service_index IS NULL)),
    CHECK ((service_index IS NULL) = (service_leaf IS NULL))
);

-- Roots of full subtrees over 16 leaves and more, so that a proof reads a few rows of a long history.
CREATE TABLE public.history_nodes (
    log text NOT NULL,
    level smallint NOT NULL CHECK (level >= 4),
    at bigint NOT NULL,
    hash bytea NOT NULL CHECK (octet_length(hash) = 32),
    PRIMARY KEY (log, level, at)
);

-- A witness's signature line under a checkpoint; the latest of each witness for each checkpoint.
CREATE TABLE public.history_cosignatures (
    log text NOT NULL,
    size bigint NOT NULL,
    witness text NOT NULL,
    key_id bytea NOT NULL,
    line text NOT NULL,
    cosigned_at timestamptz NOT NULL,
    PRIMARY KEY (log, size, witness, key_id),
    FOREIGN KEY (log, size) REFERENCES public.history_checkpoints
);

-- What the signer refuses to sign now, and why; empty when all is well.
CREATE TABLE public.history_alarms (
    log text PRIMARY KEY,
    because text NOT NULL,
    since timestamptz NOT NULL
);
