-- What a lesser role needs done for it, so that it need not be allowed to do more: PARLEY's own
-- processes run under a role that can add facts and cannot change one (ADR 0039).

-- To add facts takes a lock that would need a right to change them. The one door has it; whoever may
-- go through it needs no more.
ALTER FUNCTION public.ledger_append SECURITY DEFINER;
ALTER FUNCTION public.ledger_append SET search_path = public, pg_temp;
REVOKE EXECUTE ON FUNCTION public.ledger_append FROM PUBLIC;

-- A month's partition of the figures, made by whoever is first to speak of it.
CREATE FUNCTION public.measurement_month(first date) RETURNS void LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    its_name text := 'measurement_figures_' || to_char(first, 'YYYY_MM');
BEGIN
    IF first IS NULL OR first <> date_trunc('month', first) THEN
        RAISE EXCEPTION 'a month is named by its first day' USING ERRCODE = 'check_violation';
    END IF;
    IF to_regclass('public.' || its_name) IS NOT NULL THEN
        RETURN;
    END IF;
    PERFORM pg_advisory_xact_lock(hashtextextended(its_name, 0));
    EXECUTE format(
        'CREATE TABLE IF NOT EXISTS public.%I PARTITION OF public.measurement_figures'
        ' FOR VALUES FROM (%L) TO (%L)', its_name, first, (first + interval '1 month')::date);
END
$$;
REVOKE EXECUTE ON FUNCTION public.measurement_month FROM PUBLIC;
