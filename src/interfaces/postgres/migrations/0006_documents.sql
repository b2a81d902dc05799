-- The files of documents, each revision by its digest, and the signing rounds that are open. The facts
-- in the ledger say which revisions there are; a file that no fact names is left over from a request
-- that failed, and does no harm.

CREATE TABLE public.document_revisions (
    document text NOT NULL,
    digest text NOT NULL CHECK (digest ~ '^sha256:[0-9a-f]{64}$'),
    kept_at timestamptz NOT NULL DEFAULT now(),
    pdf bytea NOT NULL CHECK ('sha256:' || encode(sha256(pdf), 'hex') = digest),
    PRIMARY KEY (document, digest)
);

-- PDFs are compressed already.
ALTER TABLE public.document_revisions ALTER COLUMN pdf SET STORAGE EXTERNAL;

-- One round for each side of a document; a new one takes the place of the last.
CREATE TABLE public.document_rounds (
    document text NOT NULL,
    side text NOT NULL CHECK (side IN ('provider', 'client')),
    round text NOT NULL UNIQUE,
    person text NOT NULL,
    revision text NOT NULL,
    chain bytea[] NOT NULL,
    pdf bytea NOT NULL,
    attributes bytea NOT NULL,
    digest bytea NOT NULL,
    hole_start int NOT NULL,
    hole_end int NOT NULL,
    expires_at timestamptz NOT NULL,
    PRIMARY KEY (document, side)
);
ALTER TABLE public.document_rounds ALTER COLUMN pdf SET STORAGE EXTERNAL;
