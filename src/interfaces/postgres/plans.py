"""One plan for each statement, made once."""

from __future__ import annotations

from typing import Final

from psycopg.conninfo import conninfo_to_dict, make_conninfo

ONE_PLAN: Final = "-c plan_cache_mode=force_generic_plan -c enable_seqscan=off -c jit=off"


def planned_once(conninfo: str) -> str:
    """Return the connection string on which a prepared statement is planned once and for all.

    Each of our statements has one right plan: a walk along an index. Left to itself, PostgreSQL
    plans anew at every call where one stream makes up much of a table, and never comes to keep
    what it finds; a read then costs a quarter more for nothing but the history beside it.

    A plan that is kept must not be a walk through a table because that was small when it was made:
    until the table was analysed again, each command then read every key there was, 700 of them
    after 2,000 commands.
    """
    options = conninfo_to_dict(conninfo).get("options")
    return make_conninfo(conninfo, options=f"{options} {ONE_PLAN}" if options else ONE_PLAN)
