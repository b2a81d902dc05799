"""Nothing is exported or proven of a history with a gap: the answer says what is gone."""

from __future__ import annotations

import psycopg
import pytest

from domain.parties.facts import Role
from http_cast import Cast, Deal
from http_world import World, problem

HTTP_OK = 200


@pytest.fixture
def deal(world: World, cast: Cast) -> Deal:
    """Return a deal whose history is signed, and exported while it is whole."""
    made = world.strike_a_deal(cast)
    world.sign()
    for path in downloads(made):
        assert cast.client[Role.LEGAL].get(path).status_code == HTTP_OK
    return made


def downloads(deal: Deal) -> tuple[str, str]:
    """Return the paths of the bundle and of the package that holds one."""
    return f"{deal.contract_path}/audit", f"{deal.contract_path}/versions/1/package"


def dropped(world: World, stream: str, version: int) -> int:
    """Drop a fact behind the service's back; return the index of its leaf."""
    with psycopg.connect(world.database) as connection:
        connection.execute("SET session_replication_role = replica")
        found = connection.execute(
            "DELETE FROM ledger_events USING history_leaves WHERE originator_id = stream"
            " AND originator_version = version AND stream = %s AND version = %s"
            " RETURNING leaf_index",
            (stream, version),
        ).fetchone()
    assert found is not None
    return int(found[0])


@pytest.mark.parametrize("gone", ["negotiation", "relationship", "party"])
def test_a_fact_that_is_gone_is_told_of_before_anything_is_sent(
    world: World, cast: Cast, deal: Deal, gone: str
) -> None:
    streams = {
        "negotiation": deal.negotiation,
        "relationship": cast.relationship,
        "party": cast.provider.id,
    }
    index = dropped(world, streams[gone], 2)
    log = streams[gone].partition("/")[0]
    for path in downloads(deal):
        told = problem(cast.client[Role.LEGAL].get(path), 500, "history-broken")["detail"]
        assert told.startswith(f"the recorded history of {log} and its facts do not agree: ")
        assert f"leaf {index} or its fact is gone" in told
        assert "`parley fsck` tells where" in told


def test_the_latest_fact_is_missed_as_well(world: World, cast: Cast, deal: Deal) -> None:
    index = dropped(world, deal.contract, 2)
    answer = cast.client[Role.LEGAL].get(downloads(deal)[0])
    assert f"leaf {index} or" in problem(answer, 500, "history-broken")["detail"]


def drop_leaf(world: World, log: str, index: int) -> None:
    with psycopg.connect(world.database) as connection:
        connection.execute(
            "DELETE FROM history_leaves WHERE log = %s AND leaf_index = %s", (log, index)
        )


def test_a_leaf_that_is_gone_is_told_of(world: World, cast: Cast, deal: Deal) -> None:
    drop_leaf(world, cast.relationship, 3)
    answer = cast.client[Role.LEGAL].get(downloads(deal)[0])
    assert "leaf 3 or its fact" in problem(answer, 500, "history-broken")["detail"]


@pytest.mark.usefixtures("deal")
@pytest.mark.parametrize(
    ("proof", "of"), [("leaves/2/inclusion", {}), ("checkpoint/consistency", {"old": 3})]
)
def test_no_proof_leads_over_a_leaf_that_is_gone(
    world: World, cast: Cast, proof: str, of: dict[str, int]
) -> None:
    path = f"/relationships/{cast.relationship}/{proof}"
    reader = cast.client[Role.LEGAL]
    assert reader.get(path, **of).status_code == HTTP_OK
    drop_leaf(world, cast.relationship, 3)
    assert "leaf 3 or its fact" in problem(reader.get(path, **of), 500, "history-broken")["detail"]


def test_nobody_learns_from_it_what_the_other_side_has(
    world: World, cast: Cast, deal: Deal
) -> None:
    note = {"text": "ours alone"}
    written = cast.provider[Role.NEGOTIATOR].post(f"{deal.path}/position/notes", note, if_match="*")
    assert written.is_success, written.text
    world.sign()
    dropped(world, f"{deal.negotiation}/position-provider", 1)
    answer = cast.client[Role.LEGAL].get(downloads(deal)[0])
    problem(answer, 500, "history-broken")
    assert "position" not in answer.text
