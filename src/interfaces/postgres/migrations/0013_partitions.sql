-- Partitions of the ledger: databases with this same schema, each with some of the relationships
-- (ADR 0040). Where there is one database, nothing of this is ever read, and no trigger fires.

-- Which partition this database is, and of which installation; nothing until there are several.
CREATE TABLE public.partition_names (
    only_one boolean PRIMARY KEY DEFAULT true CHECK (only_one),
    name text NOT NULL,
    installation uuid NOT NULL
);

-- At home: where relationships live that do not live there. ``epoch`` counts the moves: who asks for
-- what lies beyond the last one they know misses none, for one mover at a time writes them.
CREATE TABLE public.partition_routes (
    relationship text PRIMARY KEY,
    partition text NOT NULL,
    epoch bigint NOT NULL DEFAULT 0
);
CREATE INDEX partition_routes_moved ON public.partition_routes (epoch) WHERE epoch > 0;

-- At home: moves, and how far each one is.
CREATE TABLE public.partition_moves (
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    relationship text NOT NULL,
    source text NOT NULL,
    target text NOT NULL,
    step text NOT NULL,
    begun_at timestamptz NOT NULL DEFAULT now(),
    switched_at timestamptz,
    ended_at timestamptz,
    facts bigint,
    root bytea
);
CREATE UNIQUE INDEX partition_moves_under_way
    ON public.partition_moves (relationship) WHERE ended_at IS NULL;

-- In each partition: whose facts are not taken here, now or any more.
CREATE TABLE public.partition_fences (
    relationship text PRIMARY KEY,
    state text NOT NULL CHECK (state IN ('leaving', 'departed', 'arriving'))
);

-- Tells whether something may be written for a relationship here. The mover may: it says so in its
-- own session, which has to be one of the owner's.
CREATE FUNCTION public.partition_refusal(its_relationship text) RETURNS text LANGUAGE sql STABLE
SET search_path = public, pg_temp AS $$
    SELECT coalesce(
        (SELECT state FROM public.partition_fences WHERE relationship = its_relationship),
        (SELECT 'routed to ' || r.partition
            FROM public.partition_routes r, public.partition_names n
            WHERE r.relationship = its_relationship AND r.partition <> n.name))
    WHERE NOT (
        current_setting('parley.moving', true) IS NOT DISTINCT FROM its_relationship
        AND pg_has_role(session_user,
            (SELECT relowner FROM pg_class WHERE oid = 'public.ledger_events'::regclass), 'MEMBER'))
$$;

CREATE FUNCTION public.partition_fence() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    fenced record;
BEGIN
    SELECT r.relationship, public.partition_refusal(r.relationship) AS because INTO fenced
        FROM (SELECT DISTINCT split_part(originator_id, '/', 1) AS relationship FROM added) r
        WHERE public.partition_refusal(r.relationship) IS NOT NULL LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'the facts of % are not taken here: %', fenced.relationship, fenced.because
            USING ERRCODE = 'PF001';
    END IF;
    RETURN NULL;
END
$$;

-- Files and figures are kept before the fact that names them; they are fenced like it.
CREATE FUNCTION public.partition_fence_files() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    its_relationship text := split_part(to_jsonb(NEW) ->> TG_ARGV[0], '/', 1);
    because text := public.partition_refusal(its_relationship);
BEGIN
    IF because IS NOT NULL THEN
        RAISE EXCEPTION 'nothing of % is kept here: %', its_relationship, because
            USING ERRCODE = 'PF001';
    END IF;
    RETURN NEW;
END
$$;

-- Triggers fire in the order of their names: this one has to speak before the one that makes leaves,
-- which takes a stream that has left for one with a gap.
CREATE TRIGGER fence AFTER INSERT ON public.ledger_events
    REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION public.partition_fence();
CREATE TRIGGER fence BEFORE INSERT ON public.measurement_batches
    FOR EACH ROW EXECUTE FUNCTION public.partition_fence_files('contract');
CREATE TRIGGER fence BEFORE INSERT ON public.document_revisions
    FOR EACH ROW EXECUTE FUNCTION public.partition_fence_files('document');
CREATE TRIGGER fence BEFORE INSERT ON public.document_rounds
    FOR EACH ROW EXECUTE FUNCTION public.partition_fence_files('document');

-- They cost nothing where they cannot matter: `parley migrate` enables them once there are several
-- partitions.
ALTER TABLE public.ledger_events DISABLE TRIGGER fence;
ALTER TABLE public.measurement_batches DISABLE TRIGGER fence;
ALTER TABLE public.document_revisions DISABLE TRIGGER fence;
ALTER TABLE public.document_rounds DISABLE TRIGGER fence;

-- At home: claim a command's key for a partition, before its facts are recorded there. Home's keys
-- are the one register: what stands there without versions is recorded elsewhere, or nowhere yet.
--
-- ``place`` is where a new relationship is to live, NULL for one that is known. When the key was
-- claimed before, by an attempt of which nobody knows what became, a new relationship goes to where
-- that attempt went: there the key is taken once.
CREATE FUNCTION public.partition_claim(
    its_principal text, its_key text, its_fingerprint text, its_stream text, place text
)
RETURNS TABLE (fingerprint text, stream text, recorded boolean, partition text) LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
#variable_conflict use_column
DECLARE
    its_relationship text := split_part(its_stream, '/', 1);
    before record;
BEGIN
    INSERT INTO public.ledger_keys (principal, key, fingerprint, stream)
        VALUES (its_principal, its_key, its_fingerprint, its_stream)
        ON CONFLICT (principal, key) DO NOTHING;
    SELECT k.fingerprint, k.stream, k.first_version IS NOT NULL AS recorded INTO before
        FROM public.ledger_keys k WHERE k.principal = its_principal AND k.key = its_key;
    IF place IS NOT NULL AND NOT before.recorded THEN
        INSERT INTO public.partition_routes (relationship, partition)
            SELECT its_relationship, coalesce(
                (SELECT r.partition FROM public.partition_routes r
                    WHERE r.relationship = split_part(before.stream, '/', 1)), place)
            ON CONFLICT (relationship) DO NOTHING;
    END IF;
    RETURN QUERY SELECT before.fingerprint, before.stream, before.recorded,
        (SELECT r.partition FROM public.partition_routes r
            WHERE r.relationship = its_relationship);
END
$$;
REVOKE EXECUTE ON FUNCTION public.partition_claim FROM PUBLIC;
