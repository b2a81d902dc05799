-- Measurements: raw figures, which are no facts. The ledger holds each batch's digest; what no fact
-- speaks of counts for nothing and is swept.

-- The digest is part of a batch's name: two who send other figures under one name at once are filed
-- side by side, and the one fact says whose count. Nothing that a fact speaks of is ever replaced.
CREATE TABLE public.measurement_batches (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    contract text NOT NULL,
    objective text NOT NULL,
    source text NOT NULL,
    batch text NOT NULL,
    digest text NOT NULL,
    shape text NOT NULL,
    starts timestamptz NOT NULL,
    ends timestamptz NOT NULL CHECK (starts < ends),
    stream text NOT NULL,
    sheets jsonb NOT NULL,
    filed_at timestamptz NOT NULL DEFAULT now(),
    settled boolean NOT NULL DEFAULT false,
    UNIQUE (contract, objective, source, batch, digest)
);

CREATE INDEX measurement_batches_by_time
    ON public.measurement_batches (contract, objective, ends, starts);

CREATE INDEX measurement_batches_unsettled
    ON public.measurement_batches (filed_at) WHERE NOT settled;

-- One row a batch and month, its figures as bytes; partitions are made when a month is first spoken
-- of, so that old months can be moved elsewhere whole.
CREATE TABLE public.measurement_figures (
    month date NOT NULL,
    batch bigint NOT NULL,
    data bytea STORAGE EXTERNAL NOT NULL,
    PRIMARY KEY (month, batch)
) PARTITION BY RANGE (month);
