-- The read models: rows derived from the ledger, and how far along it each view has got. All of it
-- can be dropped and replayed.

CREATE TABLE public.view_rows (
    view text NOT NULL,
    key text NOT NULL,
    relationship text,
    stream text,
    audience text,
    sort text,
    due timestamptz,
    row jsonb NOT NULL,
    PRIMARY KEY (view, key)
);

CREATE INDEX view_rows_of_relationship ON public.view_rows (view, relationship, sort);
CREATE INDEX view_rows_in_order ON public.view_rows (view, sort);
CREATE INDEX view_rows_falling_due ON public.view_rows (view, due) WHERE due IS NOT NULL;

-- A view's rows and its position are written in one transaction.
CREATE TABLE public.view_tracking (
    view text PRIMARY KEY,
    version int NOT NULL,
    position bigint NOT NULL
);
