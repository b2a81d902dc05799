"""Signed notes: the published example, each kind of key, and what is not read or believed."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from domain.history.note import (
    LOG,
    MOST_SIGNATURES,
    WITNESS,
    BadNote,
    Note,
    NoteKey,
    NoteSignature,
    cosign,
    from_base64,
    sign,
)

# The example of the format's reference implementation, golang.org/x/mod/sumdb/note.
PUBLISHED_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
PUBLISHED_SECRET = "AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
PUBLISHED_TEXT = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
)
PUBLISHED = (
    PUBLISHED_TEXT + "\n\u2014 PeterNeumann "
    "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)

SECRET = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = SECRET.public_key().public_bytes_raw()
OF_THE_LOG = NoteKey("parley.example/relationship-1", LOG, PUBLIC)
OF_A_WITNESS = NoteKey("parley.example/party-1", WITNESS, PUBLIC)
TEXT = "one line\n\nand another\n"


def test_the_published_example_is_read_and_believed() -> None:
    key = NoteKey.parse(PUBLISHED_KEY)
    note = Note.parse(PUBLISHED)
    assert note.text == PUBLISHED_TEXT
    assert [signed.key for signed in note.verified([key])] == [key]
    assert (str(note), str(key)) == (PUBLISHED, PUBLISHED_KEY)


def test_the_published_example_is_written_to_the_letter() -> None:
    secret = Ed25519PrivateKey.from_private_bytes(from_base64(PUBLISHED_SECRET)[1:])
    line = sign(PUBLISHED_TEXT, NoteKey.parse(PUBLISHED_KEY), secret.sign)
    assert str(Note(PUBLISHED_TEXT, (line,))) == PUBLISHED


def test_a_key_is_read_whole_or_not_at_all() -> None:
    for at in range(len(PUBLISHED_KEY)):
        for mangled in (PUBLISHED_KEY[:at], PUBLISHED_KEY[at + 1 :], _bumped(PUBLISHED_KEY, at)):
            with pytest.raises(BadNote):
                NoteKey.parse(mangled)


def test_each_kind_of_key_signs_in_its_own_way() -> None:
    note = Note(TEXT, (sign(TEXT, OF_THE_LOG, SECRET.sign),)).with_signatures(
        [cosign(TEXT, OF_A_WITNESS, 1_795_000_000, SECRET.sign)]
    )
    read = Note.parse(str(note))
    assert read == note
    found = {signed.key: signed.time for signed in read.verified([OF_THE_LOG, OF_A_WITNESS])}
    assert found == {OF_THE_LOG: None, OF_A_WITNESS: 1_795_000_000}


def test_what_is_cosigned_is_the_published_form() -> None:
    signed: list[bytes] = []

    def recording(message: bytes) -> bytes:
        signed.append(message)
        return SECRET.sign(message)

    cosign("example.com/behind-the-sofa\n2\nroot\n", OF_A_WITNESS, 1679315147, recording)
    assert signed == [
        b"cosignature/v1\ntime 1679315147\nexample.com/behind-the-sofa\n2\nroot\n",
    ]


def test_of_several_cosignatures_by_one_witness_the_latest_counts() -> None:
    lines = [cosign(TEXT, OF_A_WITNESS, time, SECRET.sign) for time in (5, 9, 7)]
    note = Note(TEXT, tuple(lines))
    assert [signed.time for signed in note.verified([OF_A_WITNESS])] == [9]


def test_a_stranger_s_signature_is_passed_over() -> None:
    note = Note(TEXT, (sign(TEXT, OF_THE_LOG, SECRET.sign),))
    other = Ed25519PrivateKey.from_private_bytes(bytes(32)).public_key().public_bytes_raw()
    assert not note.verified([NoteKey(OF_THE_LOG.name, LOG, other)])
    assert not note.verified([OF_THE_LOG.named("parley.example/relationship-2")])
    assert not note.verified([OF_A_WITNESS])


@pytest.mark.parametrize("key", [OF_THE_LOG, OF_A_WITNESS])
def test_a_line_in_a_known_key_s_name_that_it_did_not_make_spoils_the_note(key: NoteKey) -> None:
    good = sign(TEXT, OF_THE_LOG, SECRET.sign)
    for blob in (b"\0" * 64, b"\0" * 72, b"\xff" * 72, b"\0" * 7, good.blob + b"\0"):
        note = Note(TEXT, (good, NoteSignature(key.name, key.id, blob)))
        with pytest.raises(BadNote):
            note.verified([OF_THE_LOG, OF_A_WITNESS])


def test_changed_text_is_nobody_s() -> None:
    note = Note(TEXT, (sign(TEXT, OF_THE_LOG, SECRET.sign),))
    with pytest.raises(BadNote, match="not over this text"):
        Note("another line\n", note.signatures).verified([OF_THE_LOG])


def test_a_cosignature_s_time_is_signed_with_it() -> None:
    line = cosign(TEXT, OF_A_WITNESS, 1000, SECRET.sign)
    later = NoteSignature(line.name, line.key_id, (2000).to_bytes(8) + line.blob[8:])
    with pytest.raises(BadNote, match="not over this text"):
        Note(TEXT, (later,)).verified([OF_A_WITNESS])


@pytest.mark.parametrize(
    "raw",
    [
        "",
        "text\n",
        "text\n\n",
        PUBLISHED_TEXT + "\n",
        PUBLISHED[:-1],
        PUBLISHED.replace("\u2014 ", "- "),
        PUBLISHED.replace("\u2014 Peter", "\u2014  Peter"),
        PUBLISHED.replace("JnAM=", "JnAN="),
        PUBLISHED.replace("JnAM=", "JnAM"),
        PUBLISHED.replace("PeterNeumann x", "Peter+Neumann x"),
        PUBLISHED.replace("problem,", "problem,\r"),
        PUBLISHED.replace("problem,", "problem\x00"),
        PUBLISHED.replace("problem,", "problem\udc80"),
        PUBLISHED + "\u2014 x AAAA\n",
        "long" * 60_000 + PUBLISHED,
    ],
)
def test_what_is_not_a_note_is_not_read(raw: str) -> None:
    with pytest.raises(BadNote):
        Note.parse(raw)


def test_a_note_has_room_for_many_signatures_and_no_more() -> None:
    line = str(sign(TEXT, OF_THE_LOG, SECRET.sign))
    assert len(Note.parse(f"{TEXT}\n{line * MOST_SIGNATURES}").signatures) == MOST_SIGNATURES
    with pytest.raises(BadNote, match="signatures"):
        Note.parse(f"{TEXT}\n{line * (MOST_SIGNATURES + 1)}")


def test_a_key_of_one_kind_does_not_sign_as_the_other() -> None:
    with pytest.raises(BadNote):
        sign(TEXT, OF_A_WITNESS, SECRET.sign)
    with pytest.raises(BadNote):
        cosign(TEXT, OF_THE_LOG, 1, SECRET.sign)
    with pytest.raises(BadNote):
        sign("no line break", OF_THE_LOG, SECRET.sign)


@pytest.mark.parametrize(("name", "kind"), [("", LOG), ("a b", LOG), ("a+b", LOG), ("a", 0x02)])
def test_what_cannot_name_a_key_names_none(name: str, kind: int) -> None:
    with pytest.raises(BadNote):
        NoteKey(name, kind, PUBLIC)


def _bumped(text: str, at: int) -> str:
    return text[:at] + chr(ord(text[at]) + 1) + text[at + 1 :]
