-- The keys that personal data are sealed with, one for each person. In production this table stands
-- alone in a database of its own (PARLEY_SUBJECT_KEYS): the back-ups of keys have to expire, those of
-- facts must not.

-- A destroyed key leaves its line behind, without the key: no other is ever made in its place.
CREATE TABLE public.subject_keys (
    subject text PRIMARY KEY,
    key bytea CHECK (octet_length(key) = 32),
    made_at timestamptz NOT NULL DEFAULT now(),
    destroyed_at timestamptz,
    CHECK ((key IS NULL) = (destroyed_at IS NOT NULL))
);
