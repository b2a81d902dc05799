-- Who is signed in to the workspace. The cookie's secret itself is not kept, only its digest, so that
-- whoever reads this table can be nobody; a row that is deleted signs its holder out at once.

CREATE TABLE public.web_sessions (
    digest bytea PRIMARY KEY CHECK (octet_length(digest) = 32),
    identity text NOT NULL,
    began_at timestamptz NOT NULL,
    seen_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL
);
CREATE INDEX web_sessions_identity ON public.web_sessions (identity);
CREATE INDEX web_sessions_ends_at ON public.web_sessions (ends_at);

-- A sign-in at the identity provider that has begun and not yet come back; each is used once.
CREATE TABLE public.web_sign_ins (
    digest bytea PRIMARY KEY CHECK (octet_length(digest) = 32),
    verifier text NOT NULL,
    nonce text NOT NULL,
    return_to text NOT NULL,
    ends_at timestamptz NOT NULL
);
