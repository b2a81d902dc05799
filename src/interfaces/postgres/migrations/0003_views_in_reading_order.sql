-- Each way of reading a view gets an index that ends in the order it is read in, so that a page costs
-- its own rows and nothing of what lies before, after or beside it. Without the stream's own index,
-- the newest version of a contract was found by walking through every version of every contract.
--
-- The audience comes last: rows that the reader may not see are passed over inside the index, without
-- fetching them. Nothing reads a whole view in order, and an index that nothing reads costs every write.

DROP INDEX public.view_rows_of_relationship;
DROP INDEX public.view_rows_in_order;
DROP INDEX public.view_rows_falling_due;

CREATE INDEX view_rows_of_stream
    ON public.view_rows (view, stream, sort, key, audience) WHERE stream IS NOT NULL;
CREATE INDEX view_rows_of_relationship
    ON public.view_rows (view, relationship, sort, key, audience) WHERE relationship IS NOT NULL;
CREATE INDEX view_rows_falling_due
    ON public.view_rows (view, due, key) WHERE due IS NOT NULL;
