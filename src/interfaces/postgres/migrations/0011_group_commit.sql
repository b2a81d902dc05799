-- Several appends in one commit, each judged alone.
--
-- The lock makes commit order and notification order one: a follower that reads in notification
-- order misses nothing. What an append is refused for (a version or a key that is taken) leaves the
-- others in the batch untouched. Two appends to one stream, or under one key, never come in one
-- batch: both would be judged by what was there before either. A batch that breaks this fails whole.
--
-- OFFSET 0 keeps the planner from reading whole tables where a few look-ups do.
--
-- ``append`` is the number of the append that an event, or a key, belongs to. Returned are the
-- events of the appends that were recorded, in their order, and for a refused one what is taken.
CREATE FUNCTION public.ledger_append(
    append bigint[], stream text[], version bigint[], topic text[], state bytea[],
    key_append bigint[], principal text[], key text[], fingerprint text[], key_stream text[],
    first_version bigint[], last_version bigint[]
)
RETURNS TABLE (of_append bigint, notified bigint, taken text) LANGUAGE plpgsql
SET lock_timeout = '10s' AS $$
#variable_conflict use_column
BEGIN
    LOCK TABLE public.ledger_events IN EXCLUSIVE MODE;
    NOTIFY ledger_events;
    RETURN QUERY
    WITH event AS MATERIALIZED (
        SELECT * FROM unnest(append, stream, version, topic, state)
            WITH ORDINALITY AS e (append, stream, version, topic, state, place)
    ), keyed AS MATERIALIZED (
        SELECT * FROM unnest(
            key_append, principal, key, fingerprint, key_stream, first_version, last_version)
            AS k (append, principal, key, fingerprint, stream, first_version, last_version)
    ), refused AS MATERIALIZED (
        SELECT e.append, 'version ' || e.version || ' of ' || e.stream AS taken
        FROM event e WHERE EXISTS (
            SELECT FROM public.ledger_events known
            WHERE known.originator_id = e.stream AND known.originator_version = e.version
            OFFSET 0)
        UNION ALL
        SELECT k.append, 'key ' || k.key || ' of ' || k.principal
        FROM keyed k WHERE EXISTS (
            SELECT FROM public.ledger_keys known
            WHERE known.principal = k.principal AND known.key = k.key
            OFFSET 0)
    ), with_keys AS (
        INSERT INTO public.ledger_keys
            (principal, key, fingerprint, stream, first_version, last_version)
        SELECT k.principal, k.key, k.fingerprint, k.stream, k.first_version, k.last_version
        FROM keyed k WHERE NOT EXISTS (SELECT FROM refused r WHERE r.append = k.append)
    ), inserted AS (
        INSERT INTO public.ledger_events AS l
            (originator_id, originator_version, topic, state)
        SELECT e.stream, e.version, e.topic, e.state
        FROM event e WHERE NOT EXISTS (SELECT FROM refused r WHERE r.append = e.append)
        ORDER BY e.place
        RETURNING l.originator_id, l.originator_version, l.notification_id
    )
    SELECT e.append, i.notification_id, NULL FROM inserted i
        JOIN event e ON e.stream = i.originator_id AND e.version = i.originator_version
    UNION ALL
    SELECT r.append, NULL, r.taken FROM refused r
    ORDER BY 2;
END
$$;

-- The leaves of all events of one statement at once; what it does is what it did for each event.
CREATE FUNCTION public.history_append_all() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    early record;
BEGIN
    SELECT a.originator_id, a.originator_version INTO early FROM added a
    WHERE a.originator_version > 1
        AND NOT EXISTS (
            SELECT FROM public.history_leaves l
            WHERE l.stream = a.originator_id AND l.version = a.originator_version - 1
            OFFSET 0)
        AND NOT EXISTS (
            SELECT FROM added b
            WHERE b.originator_id = a.originator_id
                AND b.originator_version = a.originator_version - 1)
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'version % of % comes before version %',
            early.originator_version, early.originator_id, early.originator_version - 1
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    WITH leaf AS MATERIALIZED (
        SELECT split_part(originator_id, '/', 1) AS log, a.*,
            row_number() OVER (
                PARTITION BY split_part(originator_id, '/', 1) ORDER BY notification_id) AS place
        FROM added a
    ), counted AS (
        INSERT INTO public.history_logs AS known (log, size)
        SELECT log, count(*) FROM leaf GROUP BY log ORDER BY log
        ON CONFLICT (log) DO UPDATE SET size = known.size + excluded.size
        RETURNING known.log, known.size
    ), grown AS (
        SELECT c.log, c.size - (SELECT count(*) FROM leaf l WHERE l.log = c.log) AS before
        FROM counted c
    )
    INSERT INTO public.history_leaves (log, leaf_index, stream, version, leaf_hash)
    SELECT l.log, g.before + l.place - 1, l.originator_id, l.originator_version,
        public.history_leaf(l.originator_id, l.originator_version, l.topic, l.state)
    FROM leaf l JOIN grown g ON g.log = l.log;
    RETURN NULL;
END
$$;

DROP TRIGGER history_append ON public.ledger_events;
DROP FUNCTION public.history_append();
CREATE TRIGGER history_append AFTER INSERT ON public.ledger_events
    REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION public.history_append_all();
