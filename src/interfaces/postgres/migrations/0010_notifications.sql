-- What people were told, and what is still to be sent to them. No facts, and nothing personal: where
-- mail goes is looked up when it goes. A notice is named by what it is about, so it is filed once.

CREATE TABLE public.notices (
    id text PRIMARY KEY,
    kind text NOT NULL,
    party text NOT NULL,
    relationship text,
    stream text NOT NULL,
    version int,
    at timestamptz NOT NULL,
    due timestamptz,
    what text
);

CREATE TABLE public.notice_readers (
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    notice text NOT NULL REFERENCES public.notices,
    person text NOT NULL,
    party text NOT NULL,
    read_at timestamptz,
    UNIQUE (notice, person)
);

CREATE INDEX notice_readers_latest ON public.notice_readers (person, party, number DESC);
CREATE INDEX notice_readers_unread
    ON public.notice_readers (person, party, number DESC) WHERE read_at IS NULL;

-- The way out. Who claims a delivery has it until claimed_until; whoever died holding it is followed
-- by somebody who sends it again, under the same id.
CREATE TABLE public.notice_deliveries (
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    notice text NOT NULL REFERENCES public.notices,
    channel text NOT NULL CHECK (channel IN ('mail', 'webhook')),
    target text NOT NULL,
    state text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'sent', 'dead', 'dropped')),
    attempts int NOT NULL DEFAULT 0,
    next_at timestamptz NOT NULL,
    claimed_until timestamptz,
    error text,
    done_at timestamptz,
    UNIQUE (notice, channel, target)
);

CREATE INDEX notice_deliveries_waiting
    ON public.notice_deliveries (next_at, number) WHERE state = 'waiting';
CREATE INDEX notice_deliveries_of_target ON public.notice_deliveries (target, number DESC);
CREATE INDEX notice_deliveries_done
    ON public.notice_deliveries (done_at) WHERE state <> 'waiting';

-- Which kinds somebody wants by mail, where they have said so.
CREATE TABLE public.notice_wishes (
    person text PRIMARY KEY,
    mail jsonb NOT NULL
);

-- Addresses at which somebody's calendar program finds their agenda: only the digest of each.
CREATE TABLE public.calendar_feeds (
    person text PRIMARY KEY,
    party text NOT NULL,
    digest bytea NOT NULL UNIQUE CHECK (octet_length(digest) = 32),
    made_at timestamptz NOT NULL
);
