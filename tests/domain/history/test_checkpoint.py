"""Checkpoints and proofs as text: what is written is read again, and nothing else is believed."""

from __future__ import annotations

from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from domain.history.checkpoint import (
    Checkpoint,
    open_checkpoint,
    origin_of,
    signed_checkpoint,
)
from domain.history.merkle import (
    EMPTY_ROOT,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    root_of,
)
from domain.history.note import LOG, WITNESS, BadNote, Note, NoteKey, base64, cosign
from domain.history.proof import ConsistencyProof, InclusionProof

SECRET = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
KEY = NoteKey("parley.example/service", LOG, SECRET.public_key().public_bytes_raw())
ORIGIN = origin_of("parley.example", "relationship-1")
OF_THE_LOG = KEY.named(ORIGIN)
LEAVES = [leaf_hash(bytes([number])) for number in range(21)]


def checkpoint(size: int) -> Checkpoint:
    return Checkpoint(ORIGIN, size, root_of(LEAVES[:size]))


def note(size: int) -> str:
    return str(signed_checkpoint(checkpoint(size), KEY, SECRET.sign).note)


def test_a_checkpoint_is_three_lines() -> None:
    # The example of the format's description.
    body = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
    read = Checkpoint.parse(body)
    assert (read.origin, read.size) == ("example.com/behind-the-sofa", 20852163)
    assert read.body() == body


@pytest.mark.parametrize(
    "body",
    [
        "",
        "log\n1\n",
        f"log\n1\n{base64(EMPTY_ROOT)}",
        f"log\n1\n{base64(EMPTY_ROOT)}\nextension\n",
        f"\n1\n{base64(EMPTY_ROOT)}\n",
        f"log\n01\n{base64(EMPTY_ROOT)}\n",
        f"log\n-1\n{base64(EMPTY_ROOT)}\n",
        f"log\n+1\n{base64(EMPTY_ROOT)}\n",
        f"log\n\u0661\n{base64(EMPTY_ROOT)}\n",
        f"log\n{2**63}\n{base64(EMPTY_ROOT)}\n",
        f"log\n1\n{base64(EMPTY_ROOT[:31])}\n",
        f"log\n1\n{base64(EMPTY_ROOT)[:-1]}\n",
        f"log\n0\n{base64(LEAVES[0])}\n",
    ],
)
def test_anything_else_is_no_checkpoint(body: str) -> None:
    with pytest.raises(BadNote):
        Checkpoint.parse(body)


def test_a_log_s_checkpoint_opens_with_its_key_in_its_own_name() -> None:
    opened = open_checkpoint(note(9), OF_THE_LOG)
    assert opened.checkpoint == checkpoint(9)


def test_a_checkpoint_of_another_log_does_not_open() -> None:
    with pytest.raises(BadNote, match="is of log"):
        open_checkpoint(note(9), KEY)


def test_a_signature_for_one_log_cannot_be_put_under_another() -> None:
    signed = Note.parse(note(9))
    moved = replace(signed, text=replace(checkpoint(9), origin=KEY.name).body())
    lines = [replace(line, name=KEY.name, key_id=KEY.id) for line in moved.signatures]
    with pytest.raises(BadNote, match="not over this text"):
        open_checkpoint(str(replace(moved, signatures=tuple(lines))), KEY)


def test_a_checkpoint_signed_by_another_key_does_not_open() -> None:
    other = Ed25519PrivateKey.from_private_bytes(bytes(32)).public_key().public_bytes_raw()
    with pytest.raises(BadNote, match="not signed by the key"):
        open_checkpoint(note(9), NoteKey(ORIGIN, LOG, other))
    with pytest.raises(BadNote, match="witness"):
        open_checkpoint(note(9), NoteKey(ORIGIN, WITNESS, KEY.public))


@pytest.mark.parametrize("index", [0, 5, 20])
def test_a_leaf_is_proven_to_who_holds_the_key_and_the_leaf(index: int) -> None:
    witness = NoteKey("parley.example/party-1", WITNESS, KEY.public)
    cosigned = Note.parse(note(21)).with_signatures(
        [cosign(checkpoint(21).body(), witness, 1_795_000_000, SECRET.sign)]
    )
    proof = InclusionProof(index, tuple(inclusion_proof(index, LEAVES)), str(cosigned), b"aside")
    read = InclusionProof.parse(str(proof))
    assert read == proof
    shown = read.check(LEAVES[index], OF_THE_LOG)
    assert shown.checkpoint == checkpoint(21)
    assert [signed.key for signed in shown.note.verified([witness])] == [witness]


def test_no_other_leaf_place_path_or_key_is_proven() -> None:
    proof = InclusionProof(5, tuple(inclusion_proof(5, LEAVES)), note(21))
    with pytest.raises(BadNote, match="not leaf 5"):
        proof.check(LEAVES[6], OF_THE_LOG)
    with pytest.raises(BadNote, match="not leaf 4"):
        replace(proof, index=4).check(LEAVES[5], OF_THE_LOG)
    with pytest.raises(BadNote, match="not leaf 5"):
        replace(proof, path=proof.path[:-1]).check(LEAVES[5], OF_THE_LOG)
    with pytest.raises(BadNote, match="not leaf 5"):
        replace(proof, note=note(20)).check(LEAVES[5], OF_THE_LOG)
    with pytest.raises(BadNote, match="is of log"):
        proof.check(LEAVES[5], KEY)


def test_a_log_of_one_leaf_has_an_empty_path() -> None:
    proof = InclusionProof(0, (), note(1))
    assert InclusionProof.parse(str(proof)).check(LEAVES[0], OF_THE_LOG).checkpoint.size == 1


@pytest.mark.parametrize("old", range(22))
def test_a_later_checkpoint_is_proven_to_continue_each_earlier_one(old: int) -> None:
    proof = ConsistencyProof(old, tuple(consistency_proof(old, LEAVES)), note(21))
    read = ConsistencyProof.parse(str(proof))
    assert read == proof
    assert read.check(checkpoint(old), OF_THE_LOG).checkpoint == checkpoint(21)


def test_a_history_rewritten_below_a_held_checkpoint_is_told() -> None:
    rewritten = [leaf_hash(b"another"), *LEAVES[1:]]
    held = Checkpoint(ORIGIN, 9, root_of(rewritten[:9]))
    proof = ConsistencyProof(9, tuple(consistency_proof(9, LEAVES)), note(21))
    with pytest.raises(BadNote, match="history was rewritten"):
        proof.check(held, OF_THE_LOG)


def test_a_history_cut_short_is_told() -> None:
    with pytest.raises(BadNote, match="has 9 leaves; there were 21"):
        ConsistencyProof(21, (), note(9)).check(checkpoint(21), OF_THE_LOG)
    with pytest.raises(BadNote, match="at size 9, not"):
        ConsistencyProof(9, (), note(9)).check(checkpoint(21), OF_THE_LOG)


@pytest.mark.parametrize(
    "text",
    [
        "",
        f"index 0\n\n{note(1)}",
        f"c2sp.org/tlog-proof@v1\n\n{note(1)}",
        f"c2sp.org/tlog-proof@v1\nindex 00\n\n{note(1)}",
        f"c2sp.org/tlog-proof@v1\nindex 0\nextra AA==\n\n{note(1)}",
        f"c2sp.org/tlog-proof@v1\nextra A\nindex 0\n\n{note(1)}",
        f"c2sp.org/tlog-proof@v1\nindex 0\n{base64(LEAVES[0][:31])}\n\n{note(1)}",
        "c2sp.org/tlog-proof@v1\nindex 0\n" + f"{base64(LEAVES[0])}\n" * 64 + f"\n{note(1)}",
        "c2sp.org/tlog-proof@v1\nindex 0\n",
        "c2sp.org/tlog-proof@v1\nindex 0\n\n" + note(1) + "x" * 200_000,
    ],
)
def test_what_is_not_a_proof_is_not_read(text: str) -> None:
    with pytest.raises(BadNote):
        InclusionProof.parse(text)


@pytest.mark.parametrize("text", ["", f"size 3\n\n{note(9)}", f"old x\n\n{note(9)}", "old 3\n"])
def test_what_is_not_a_proof_of_consistency_is_not_read(text: str) -> None:
    with pytest.raises(BadNote):
        ConsistencyProof.parse(text)
