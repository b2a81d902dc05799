-- Reminders go through everybody's due dates, a few of them each minute: without an index of their
-- own each look would read, and sort, the whole view.
CREATE INDEX view_rows_of_agenda
    ON public.view_rows (sort, key) WHERE view = 'due_dates' AND audience = 'shared';
