"""Checkpoints, proofs, receipts and cosignatures over HTTP, checked as their readers would."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import anyio
import httpx
import psycopg
import pytest

from agreements import simple_terms
from domain.history.checkpoint import Checkpoint, open_checkpoint, origin_of
from domain.history.note import Note, NoteKey
from domain.history.proof import ConsistencyProof, InclusionProof
from domain.parties.facts import Role
from domain.values.sides import Side
from http_cast import Cast, Organisation, offer, open_negotiation, path_of, sign
from http_world import World, done, problem
from signers import KEY, ORIGIN
from witnesses import cosigned, pin_witness, witness_key

NOW = int(datetime(2025, 11, 3, 9, tzinfo=UTC).timestamp())
"""The instant at which the world's clock stands."""


@pytest.fixture
def signed(world: World, cast: Cast) -> Cast:
    """Have the relationship's history signed."""
    world.sign()
    return cast


def reader(cast: Cast) -> Any:
    return cast.provider[Role.LEGAL]


def text(answer: Any) -> str:
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("text/plain")
    return str(answer.text)


def log_key(cast: Cast) -> NoteKey:
    return KEY.named(origin_of(ORIGIN, cast.relationship))


def checkpoint(cast: Cast, **query: int) -> Checkpoint:
    raw = text(reader(cast).get(f"{cast.path}/checkpoint", **query))
    return open_checkpoint(raw, log_key(cast)).checkpoint


def pin_our_witness(ours: Organisation) -> None:
    pin_witness(ours.world, ours.id, ours.persons[Role.ADMINISTRATOR])


def grow(world: World, cast: Cast, facts: int = 40) -> None:
    """Let the history grow by facts of both sides, and have it signed."""
    negotiation = open_negotiation(cast)
    path = f"{cast.path}/negotiations/{negotiation['id'].split('/')[1]}"
    for number in range(facts - 1):
        said = {"text": f"word {number}"}
        done(cast.provider[Role.NEGOTIATOR].post(f"{path}/comments", said), 201)
    world.sign()


def leaves(world: World, cast: Cast) -> list[tuple[str, int, bytes]]:
    with psycopg.connect(world.database) as connection:
        return connection.execute(
            "SELECT stream, version, leaf_hash FROM history_leaves WHERE log = %s"
            " ORDER BY leaf_index",
            (cast.relationship,),
        ).fetchall()


class TestWhatIsShown:
    def test_the_key_is_for_whoever_signs_in(self, signed: Cast) -> None:
        assert NoteKey.parse(text(reader(signed).get("/history/key")).strip()) == KEY

    def test_there_is_no_key_before_the_signer_was_there(self, cast: Cast) -> None:
        assert reader(cast).get("/history/key").status_code == 404

    def test_a_checkpoint_opens_with_the_key(self, world: World, signed: Cast) -> None:
        assert checkpoint(signed).size == len(leaves(world, signed))

    def test_before_the_first_there_is_none(self, cast: Cast) -> None:
        assert reader(cast).get(f"{cast.path}/checkpoint").status_code == 404

    def test_each_size_that_was_signed_is_kept(self, world: World, signed: Cast) -> None:
        first = checkpoint(signed)
        grow(world, signed, 3)
        assert checkpoint(signed).size == first.size + 3
        assert checkpoint(signed, size=first.size) == first
        unsigned = reader(signed).get(f"{signed.path}/checkpoint", size=first.size + 1)
        assert unsigned.status_code == 404

    def test_an_auditor_is_shown_it_and_that_is_recorded(self, world: World, signed: Cast) -> None:
        before = len(leaves(world, signed))
        raw = text(signed.auditor[Role.AUDITOR].get(f"{signed.path}/checkpoint"))
        assert open_checkpoint(raw, log_key(signed)).checkpoint.size == before
        stream, _, _ = leaves(world, signed)[-1]
        assert "/inspection-" in stream


class TestProofs:
    def test_each_leaf_is_proven_at_each_size(self, world: World, signed: Cast) -> None:
        sizes = [checkpoint(signed).size]
        grow(world, signed, 40)
        sizes.append(checkpoint(signed).size)
        made = leaves(world, signed)
        for size in sizes:
            for index in range(0, size, 3):
                path = f"{signed.path}/leaves/{index}/inclusion"
                raw = text(reader(signed).get(path, size=size))
                proof = InclusionProof.parse(raw)
                assert proof.index == index
                shown = proof.check(made[index][2], log_key(signed))
                assert shown.checkpoint == checkpoint(signed, size=size)

    def test_a_leaf_that_is_not_in_the_checkpoint_is_not_proven(self, signed: Cast) -> None:
        size = checkpoint(signed).size
        beyond = reader(signed).get(f"{signed.path}/leaves/{size}/inclusion")
        assert beyond.status_code == 404

    def test_each_checkpoint_continues_each_earlier_one(self, world: World, signed: Cast) -> None:
        held = [checkpoint(signed)]
        for facts in (1, 17, 30):
            grow(world, signed, facts)
            held.append(checkpoint(signed))
        path = f"{signed.path}/checkpoint/consistency"
        for at, earlier in enumerate(held):
            for later in held[at:]:
                raw = text(reader(signed).get(path, old=earlier.size, size=later.size))
                proof = ConsistencyProof.parse(raw)
                assert proof.check(earlier, log_key(signed)).checkpoint == later

    def test_no_checkpoint_continues_a_longer_one(self, signed: Cast) -> None:
        path = f"{signed.path}/checkpoint/consistency"
        refused = reader(signed).get(path, old=checkpoint(signed).size + 1)
        problem(refused, 409, "checkpoint-shorter")

    def test_each_checkpoint_is_a_leaf_of_the_service_wide_log(
        self, world: World, signed: Cast
    ) -> None:
        held = open_checkpoint(text(reader(signed).get("/history/checkpoint")), KEY).checkpoint
        grow(world, signed, 2)
        raw = text(reader(signed).get(f"{signed.path}/checkpoint/inclusion"))
        shown = InclusionProof.parse(raw).check(checkpoint(signed).leaf(), KEY)
        raw = text(reader(signed).get("/history/consistency", old=held.size))
        continued = ConsistencyProof.parse(raw).check(held, KEY)
        assert shown.checkpoint == continued.checkpoint


class TestReceipts:
    def ask(self, cast: Cast, stream: str, version: int) -> dict[str, Any]:
        asked = reader(cast).get(f"{cast.path}/receipts", stream=stream, version=version)
        return done(asked)

    def test_a_fact_is_recorded_then_signed_then_witnessed(self, world: World, cast: Cast) -> None:
        for side in (cast.provider, cast.client):
            pin_our_witness(side)
        stream, version, leaf = leaves(world, cast)[1]
        recorded = self.ask(cast, stream, version)
        assert (recorded["standing"], recorded["proof"]) == ("recorded", None)
        assert recorded["receipt"] == {
            "log": cast.relationship,
            "leaf_index": 1,
            "leaf": leaf.hex(),
            "stream": stream,
            "version": version,
        }
        world.sign()
        signed = self.ask(cast, stream, version)
        assert (signed["standing"], signed["witnesses"]) == ("signed", [])
        InclusionProof.parse(signed["proof"]).check(leaf, log_key(cast))
        note = text(reader(cast).get(f"{cast.path}/checkpoint"))
        for side in (cast.provider, cast.client):
            body = {"note": cosigned(note, side.id, NOW)}
            text(side[Role.LEGAL].post(f"{cast.path}/cosignatures", body))
        witnessed = self.ask(cast, stream, version)
        assert witnessed["standing"] == "witnessed"
        names = {one["witness"] for one in witnessed["witnesses"]}
        keys = {witness_key(side.id) for side in (cast.provider, cast.client)}
        assert names == {key.name for key in keys}
        shown = InclusionProof.parse(witnessed["proof"]).check(leaf, log_key(cast))
        assert {one.key for one in shown.note.verified(keys)} == keys

    def test_a_proof_comes_with_the_checkpoint_that_most_witnesses_cosigned(
        self, world: World, signed: Cast
    ) -> None:
        pin_our_witness(signed.provider)
        note = text(reader(signed).get(f"{signed.path}/checkpoint"))
        body = {"note": cosigned(note, signed.provider.id, NOW)}
        text(signed.provider[Role.LEGAL].post(f"{signed.path}/cosignatures", body))
        earlier = checkpoint(signed).size
        grow(world, signed, 3)
        stream, version, _ = leaves(world, signed)[0]
        assert self.ask(signed, stream, version)["checkpoint"] == earlier
        later, version, _ = leaves(world, signed)[-1]
        assert self.ask(signed, later, version)["standing"] == "signed"

    def test_the_other_side_s_private_file_has_no_receipt_for_us(
        self, world: World, signed: Cast
    ) -> None:
        negotiation = open_negotiation(signed)["id"]
        position = f"{signed.path}/negotiations/{negotiation.split('/')[1]}/position"
        noted = signed.client[Role.NEGOTIATOR].post(
            f"{position}/notes", {"text": "our reserve"}, if_match="*"
        )
        done(noted, 201)
        stream, version, _ = leaves(world, signed)[-1]
        assert stream.endswith("/position-client")
        asked = {"stream": stream, "version": version}
        ours = signed.client[Role.NEGOTIATOR].get(f"{signed.path}/receipts", **asked)
        assert done(ours)["standing"] == "recorded"
        assert reader(signed).get(f"{signed.path}/receipts", **asked).status_code == 404

    @pytest.mark.parametrize(
        "inside",
        ["credits", "exclusions", "escalations", "bills", "objective-availability/results"],
    )
    def test_whatever_lies_inside_a_contract_can_be_asked_about(
        self, signed: Cast, inside: str
    ) -> None:
        contract = f"{signed.relationship}/contract-00000000000000000000000001"
        asked = {"stream": f"{contract}/{inside}", "version": 1}
        problem(reader(signed).get(f"{signed.path}/receipts", **asked), 404, "not-found")
        wrong = {**asked, "stream": f"{contract}/../{inside}"}
        assert reader(signed).get(f"{signed.path}/receipts", **wrong).status_code == 422

    def test_a_fact_that_is_not_there_or_of_another_relationship_has_none(
        self, world: World, signed: Cast
    ) -> None:
        other = world.cast("other-")
        path = f"{signed.path}/receipts"
        for stream in (other.relationship, signed.relationship):
            answer = reader(signed).get(path, stream=stream, version=99)
            assert answer.status_code == 404
        theirs = reader(signed).get(path, stream=other.relationship, version=1)
        assert theirs.status_code == 404


class TestCosigning:
    @pytest.fixture(autouse=True)
    def pinned(self, signed: Cast) -> None:
        pin_our_witness(signed.provider)

    def cosign(self, cast: Cast, note: str, by: Organisation | None = None) -> Any:
        whoever = (by or cast.provider)[Role.LEGAL]
        return whoever.post(f"{cast.path}/cosignatures", {"note": note})

    def note(self, cast: Cast) -> str:
        return text(reader(cast).get(f"{cast.path}/checkpoint"))

    def test_a_cosignature_is_shown_with_the_checkpoint_from_then_on(self, signed: Cast) -> None:
        given = text(self.cosign(signed, cosigned(self.note(signed), signed.provider.id, NOW)))
        assert self.note(signed) == given
        [found] = Note.parse(given).verified([witness_key(signed.provider.id)])
        assert found.time == NOW

    def test_the_same_line_again_is_the_same_and_a_later_one_takes_its_place(
        self, signed: Cast
    ) -> None:
        raw, ours = self.note(signed), signed.provider.id
        first = text(self.cosign(signed, cosigned(raw, ours, NOW)))
        assert text(self.cosign(signed, cosigned(raw, ours, NOW))) == first
        assert text(self.cosign(signed, cosigned(raw, ours, NOW - 60))) == first
        later = text(self.cosign(signed, cosigned(raw, ours, NOW + 60)))
        [found] = Note.parse(later).verified([witness_key(ours)])
        assert found.time == NOW + 60

    def test_a_key_that_the_party_did_not_pin_is_refused(self, signed: Cast) -> None:
        raw = self.note(signed)
        for note, by in (
            (cosigned(raw, signed.client.id, NOW), signed.client),
            (cosigned(raw, signed.client.id, NOW), signed.provider),
            (cosigned(raw, signed.provider.id, NOW), signed.client),
            (raw, signed.provider),
        ):
            problem(self.cosign(signed, note, by), 409, "witness-unknown")

    def test_a_line_that_is_not_over_this_checkpoint_is_refused(
        self, world: World, signed: Cast
    ) -> None:
        earlier = Note.parse(cosigned(self.note(signed), signed.provider.id, NOW))
        grow(world, signed, 2)
        moved = Note.parse(self.note(signed)).with_signatures(earlier.signatures[-1:])
        problem(self.cosign(signed, str(moved)), 409, "cosignature-invalid")

    def test_a_checkpoint_that_was_never_published_is_refused(self, signed: Cast) -> None:
        shown = checkpoint(signed)
        for forged in (
            Checkpoint(shown.origin, shown.size, bytes(32)),
            Checkpoint(shown.origin, shown.size + 1, shown.root),
            Checkpoint(KEY.name, shown.size, shown.root),
        ):
            line = Note.parse(self.note(signed)).signatures[0]
            note = cosigned(str(Note(forged.body(), (line,))), signed.provider.id, NOW)
            problem(self.cosign(signed, note), 409, "checkpoint-unknown")

    def test_an_earlier_checkpoint_is_not_cosigned_after_a_later_one(
        self, world: World, signed: Cast
    ) -> None:
        earlier, ours = self.note(signed), signed.provider.id
        grow(world, signed, 2)
        text(self.cosign(signed, cosigned(self.note(signed), ours, NOW)))
        problem(self.cosign(signed, cosigned(earlier, ours, NOW)), 409, "cosigned-further")

    @pytest.mark.parametrize("time", [NOW + 301, 2**62])
    def test_a_time_that_has_not_come_is_refused(self, signed: Cast, time: int) -> None:
        note = cosigned(self.note(signed), signed.provider.id, time)
        problem(self.cosign(signed, note), 409, "cosigned-in-future")

    @pytest.mark.parametrize("note", ["nonsense", "text\n\n\u2014 a AAAAAAAA\n"])
    def test_what_is_no_checkpoint_is_refused(self, signed: Cast, note: str) -> None:
        problem(self.cosign(signed, note), 409, "note-malformed")

    def test_an_auditor_does_not_cosign(self, signed: Cast) -> None:
        note = cosigned(self.note(signed), signed.auditor.id, NOW)
        answer = signed.auditor[Role.AUDITOR].post(f"{signed.path}/cosignatures", {"note": note})
        assert answer.status_code == 404


class TestReceiptsOfSettling:
    def test_an_acceptance_and_a_signature_answer_with_the_receipt_of_their_fact(
        self, world: World, cast: Cast
    ) -> None:
        terms = simple_terms()
        negotiation = open_negotiation(cast)["id"]
        offered = offer(cast, Side.PROVIDER, negotiation, terms)
        path = f"{path_of(negotiation)}/offers/{offered}/acceptance"
        exactly = {"terms_digest": terms.digest}
        accepting = cast.client[Role.NEGOTIATOR]
        accepted = done(accepting.post(path, exactly, if_match="*", key="accept"))
        again = done(accepting.post(path, exactly, if_match="*", key="accept"))
        assert again == accepted
        answers = [accepted]
        answers += [done(sign(cast, side, negotiation, offered, terms)) for side in Side]
        world.sign()
        made = leaves(world, cast)
        for answer in answers:
            receipt = answer["receipt"]
            assert made[receipt["leaf_index"]] == (
                receipt["stream"],
                receipt["version"],
                bytes.fromhex(receipt["leaf"]),
            )
            asked = {"stream": receipt["stream"], "version": receipt["version"]}
            proven = done(reader(cast).get(f"{cast.path}/receipts", **asked))
            assert (proven["receipt"], proven["standing"]) == (receipt, "signed")
        streams = {answer["receipt"]["stream"] for answer in answers}
        assert streams == {negotiation}


class TestReadiness:
    def test_says_when_was_signed_and_how_much_is_refused_and_names_nothing(
        self, world: World, cast: Cast
    ) -> None:
        assert ready(world)["signer"] == {"signed_at": None, "refused": 0}
        world.sign()
        assert ready(world)["signer"]["signed_at"] is not None
        with psycopg.connect(world.database) as connection:
            connection.execute(
                "INSERT INTO history_alarms VALUES (%s, 'it was set back', now())",
                (cast.relationship,),
            )
        shown = ready(world)
        assert shown["signer"]["refused"] == 1
        assert cast.relationship not in str(shown)


def ready(world: World) -> dict[str, Any]:
    transport = httpx.ASGITransport(app=world.app)

    async def ask() -> httpx.Response:
        async with httpx.AsyncClient(transport=transport, base_url="http://parley") as client:
            return await client.get("/health/ready")

    return done(anyio.run(ask))
