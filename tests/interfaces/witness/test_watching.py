"""A party's witness against an operator who may do everything to the database, and has the key."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import psycopg
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from domain.history.checkpoint import open_checkpoint, origin_of
from domain.history.note import LOG, BadNote, NoteKey
from domain.parties.facts import Role
from http_cast import Cast, open_negotiation
from http_world import World
from interfaces.signer.signer import Seal
from interfaces.witness.memory import Held, NoMemory, keep, read_held
from interfaces.witness.watching import Contradicted, Pinned, look, pin
from signers import KEY, ORIGIN, SECRET, signer


class Shown:
    """The API, as the client's witness asks it."""

    def __init__(self, cast: Cast) -> None:
        self._caller = cast.client[Role.LEGAL]
        self._log = cast.path

    def checkpoint(self) -> str:
        return self._get(f"{self._log}/checkpoint")

    def consistency(self, old: int, size: int) -> str:
        return self._get(f"{self._log}/checkpoint/consistency", old=old, size=size)

    def inclusion(self, size: int) -> str:
        return self._get(f"{self._log}/checkpoint/inclusion", size=size)

    def service_consistency(self, old: int, size: int) -> str:
        return self._get("/history/consistency", old=old, size=size)

    def _get(self, path: str, **query: Any) -> str:
        answer = self._caller.get(path, **query)
        assert answer.status_code == 200, answer.text
        return str(answer.text)


@pytest.fixture
def signed(world: World, cast: Cast) -> Cast:
    """Have the relationship's history signed."""
    world.sign()
    return cast


def pinned(cast: Cast, key: NoteKey = KEY) -> Pinned:
    return pin(cast.relationship, str(key), None)


def grown(world: World, cast: Cast) -> None:
    open_negotiation(cast)
    world.sign()


def size_of(held: Held) -> int:
    origin = origin_of(ORIGIN, held.relationship)
    return open_checkpoint(held.note, KEY.named(origin)).checkpoint.size


def behind_its_back(world: World, *statements: str) -> None:
    with psycopg.connect(world.database) as connection:
        connection.execute("SET session_replication_role = replica")
        for statement in statements:
            connection.execute(statement)


def sign_anew(world: World, home: Path, secret: Ed25519PrivateKey = SECRET) -> None:
    """Throw away all that was published, and sign the history as it is now, from the beginning."""
    behind_its_back(
        world, *(f"DELETE FROM history_{kind}" for kind in ("cosignatures", "nodes", "signers"))
    )
    behind_its_back(world, "DELETE FROM history_checkpoints")
    home.mkdir()
    with signer(world.database, home, Seal(ORIGIN, secret)) as made:
        assert made.tick().refused == {}


REWRITE_FACT = (
    "UPDATE ledger_events SET state = convert_to(replace(convert_from(state, 'UTF8'),"
    " 'run order management', 'run all there is'), 'UTF8')"
)
REWRITE_LEAF = (
    "UPDATE history_leaves SET leaf_hash = history_leaf(stream, version, topic, state)"
    " FROM ledger_events WHERE originator_id = stream AND originator_version = version"
)


class TestWhatItGoesAlongWith:
    def test_a_history_that_grows(self, world: World, signed: Cast) -> None:
        held = look(Shown(signed), pinned(signed), None)
        first = size_of(held)
        for _ in range(3):
            grown(world, signed)
            held = look(Shown(signed), pinned(signed), held)
        assert size_of(held) == first + 3

    def test_a_history_that_stands_still(self, signed: Cast) -> None:
        held = look(Shown(signed), pinned(signed), None)
        assert look(Shown(signed), pinned(signed), held) == held


class TestWhatItRefuses:
    def test_a_history_rewritten_and_signed_anew_with_the_stolen_key(
        self, world: World, signed: Cast, tmp_path: Path
    ) -> None:
        held = look(Shown(signed), pinned(signed), None)
        behind_its_back(world, REWRITE_FACT, REWRITE_LEAF)
        sign_anew(world, tmp_path / "stolen")
        with pytest.raises(Contradicted, match="history was rewritten"):
            look(Shown(signed), pinned(signed), held)

    def test_a_history_rewritten_that_has_grown_since(
        self, world: World, signed: Cast, tmp_path: Path
    ) -> None:
        held = look(Shown(signed), pinned(signed), None)
        behind_its_back(world, REWRITE_FACT, REWRITE_LEAF)
        open_negotiation(signed)
        sign_anew(world, tmp_path / "stolen")
        with pytest.raises(Contradicted, match="history was rewritten"):
            look(Shown(signed), pinned(signed), held)

    def test_a_history_cut_off_and_signed_anew(
        self, world: World, signed: Cast, tmp_path: Path
    ) -> None:
        grown(world, signed)
        held = look(Shown(signed), pinned(signed), None)
        last = f"log = '{signed.relationship}' AND leaf_index = {size_of(held) - 1}"
        behind_its_back(
            world,
            "DELETE FROM ledger_events USING history_leaves"
            f" WHERE originator_id = stream AND originator_version = version AND {last}",
            f"DELETE FROM history_leaves WHERE {last}",
            f"UPDATE history_logs SET size = size - 1 WHERE log = '{signed.relationship}'",
        )
        sign_anew(world, tmp_path / "stolen")
        with pytest.raises(Contradicted, match="history was cut off"):
            look(Shown(signed), pinned(signed), held)

    def test_another_key(self, world: World, signed: Cast, tmp_path: Path) -> None:
        held = look(Shown(signed), pinned(signed), None)
        sign_anew(world, tmp_path / "other", Ed25519PrivateKey.from_private_bytes(bytes(32)))
        with pytest.raises(Contradicted, match="not signed by the key"):
            look(Shown(signed), pinned(signed), held)

    def test_another_service_wide_history(self, world: World, signed: Cast, tmp_path: Path) -> None:
        world.cast("other-")
        world.sign()
        held = look(Shown(signed), pinned(signed), None)
        sign_anew(world, tmp_path / "stolen")
        with pytest.raises(Contradicted, match="service"):
            look(Shown(signed), pinned(signed), held)

    def test_a_checkpoint_that_is_kept_out_of_the_service_wide_log(
        self, world: World, signed: Cast
    ) -> None:
        earlier = look(Shown(signed), pinned(signed), None)
        grown(world, signed)

        class Evasive(Shown):
            def inclusion(self, size: int) -> str:
                del size
                return super().inclusion(size_of(earlier))

        with pytest.raises(Contradicted, match="not shown to be in the service-wide log"):
            look(Evasive(signed), pinned(signed), earlier)


class TestItsMemory:
    def held(self, signed: Cast) -> Held:
        return look(Shown(signed), pinned(signed), None)

    def test_is_read_as_it_was_kept(self, signed: Cast, tmp_path: Path) -> None:
        held = self.held(signed)
        keep(tmp_path / "memory.json", held)
        assert read_held(tmp_path / "memory.json") == held
        assert read_held(tmp_path / "none.json") is None

    def test_that_is_none_is_refused(self, tmp_path: Path) -> None:
        (tmp_path / "memory.json").write_text("{}")
        with pytest.raises(NoMemory):
            read_held(tmp_path / "memory.json")

    def test_knows_the_key_and_will_have_no_other(self, signed: Cast) -> None:
        held = self.held(signed)
        relationship = signed.relationship
        assert pin(relationship, None, held) == pinned(signed)
        by_its_own_name = KEY.named(origin_of(ORIGIN, relationship))
        assert pin(relationship, str(by_its_own_name), held) == pinned(signed)
        other = NoteKey(KEY.name, LOG, bytes(32))
        with pytest.raises(NoMemory, match="another one signs another history"):
            pin(relationship, str(other), held)

    def test_is_of_one_relationship(self, signed: Cast) -> None:
        with pytest.raises(NoMemory, match="is of"):
            pin("relationship-other", None, self.held(signed))

    def test_needs_a_key_to_begin(self) -> None:
        with pytest.raises(NoMemory, match="--log-key"):
            pin("relationship-a", None, None)
        with pytest.raises(BadNote):
            pin("relationship-a", "no key", None)
