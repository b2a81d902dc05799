-- The verifiable history: a leaf per event, written in the event's own commit.

-- How many leaves each log has. Whoever adds a leaf holds the row until its commit, so indexes are
-- dense and in commit order, and a rollback leaves no gap. A log is a relationship's or a party's.
CREATE TABLE public.history_logs (
    log text PRIMARY KEY,
    size bigint NOT NULL CHECK (size > 0)
);

CREATE TABLE public.history_leaves (
    log text NOT NULL,
    leaf_index bigint NOT NULL,
    stream text NOT NULL,
    version bigint NOT NULL,
    leaf_hash bytea NOT NULL CHECK (octet_length(leaf_hash) = 32),
    PRIMARY KEY (log, leaf_index),
    UNIQUE (stream, version)
);

-- The same bytes as domain.history.leaf.leaf_of; a test compares the two.
CREATE FUNCTION public.history_leaf(stream text, version bigint, topic text, state bytea)
RETURNS bytea LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT sha256('\x00'::bytea || convert_to(
        'parley/leaf/1' || E'\n' || stream || E'\n' || version::text || E'\n' || topic || E'\n'
            || encode(sha256(state), 'hex') || E'\n', 'UTF8'))
$$;

CREATE FUNCTION public.history_append() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    its_log text := split_part(NEW.originator_id, '/', 1);
    its_index bigint;
BEGIN
    IF NEW.originator_version > 1 AND NOT EXISTS (
        SELECT FROM public.history_leaves
        WHERE stream = NEW.originator_id AND version = NEW.originator_version - 1
    ) THEN
        RAISE EXCEPTION 'version % of % comes before version %',
            NEW.originator_version, NEW.originator_id, NEW.originator_version - 1
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    INSERT INTO public.history_logs AS known (log, size) VALUES (its_log, 1)
        ON CONFLICT (log) DO UPDATE SET size = known.size + 1
        RETURNING size - 1 INTO its_index;
    INSERT INTO public.history_leaves (log, leaf_index, stream, version, leaf_hash)
        VALUES (its_log, its_index, NEW.originator_id, NEW.originator_version,
            public.history_leaf(NEW.originator_id, NEW.originator_version, NEW.topic, NEW.state));
    RETURN NULL;
END
$$;

-- Events recorded before there was a history are its first leaves, in the order of their commits.
WITH first AS (
    SELECT split_part(originator_id, '/', 1) AS log, originator_id, originator_version, topic, state,
        row_number() OVER (
            PARTITION BY split_part(originator_id, '/', 1) ORDER BY notification_id) - 1 AS at
    FROM public.ledger_events
)
INSERT INTO public.history_leaves (log, leaf_index, stream, version, leaf_hash)
    SELECT log, at, originator_id, originator_version,
        public.history_leaf(originator_id, originator_version, topic, state) FROM first;
INSERT INTO public.history_logs (log, size)
    SELECT log, count(*) FROM public.history_leaves GROUP BY log;

CREATE TRIGGER history_append AFTER INSERT ON public.ledger_events
    FOR EACH ROW EXECUTE FUNCTION public.history_append();
