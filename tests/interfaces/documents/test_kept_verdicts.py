"""A verdict is found once for the same bytes and pins, and anew for any other."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial

import pytest

from application.document_inputs import DocumentInputs
from documents import Bench
from interfaces.documents import kept_verdicts, long_term, looking
from interfaces.documents.kept_verdicts import KeptVerdicts
from interfaces.documents.not_set import NotSet
from interfaces.documents.verdict import Check, Known, Verdict, judge

GOOD = Verdict((Check("pages", holds=True, words="as they should be"),))


@dataclass
class Judged:
    """Stands for the judge, who takes a second; notes who came."""

    came: list[tuple[bytes, Known]] = field(default_factory=list)

    def judge(self, pdf: bytes, known: Known) -> Verdict:
        self.came.append((pdf, known))
        return GOOD


@pytest.fixture
def judged(monkeypatch: pytest.MonkeyPatch) -> Judged:
    looked = Judged()
    monkeypatch.setattr(kept_verdicts, "judge", looked.judge)
    return looked


def test_a_verdict_that_is_kept_is_the_one_that_was_found(bench: Bench, good: bytes) -> None:
    kept, known = KeptVerdicts(), bench.known()
    first = kept.judge(good, known.certificates, None)
    assert first == judge(good, known)
    assert first.holds
    assert kept.judge(good, known.certificates, None) is first


def test_the_same_document_is_looked_through_once(judged: Judged) -> None:
    kept, pins = KeptVerdicts(), {"provider": ["one", "two"], "client": ()}
    for pdf in (b"a document", bytes(bytearray(b"a document"))):
        assert kept.judge(pdf, dict(pins), "digest") is GOOD
    assert judged.came == [(b"a document", Known(pins, (), "digest"))]


def test_another_byte_another_pin_and_other_terms_are_other_questions(judged: Judged) -> None:
    kept, pins = KeptVerdicts(), {"provider": ["one"], "client": ["two"]}
    questions: list[tuple[bytes, dict[str, list[str]], str | None]] = [
        (b"a document", pins, None),
        (b"A document", pins, None),
        (b"a document", {**pins, "client": ["three"]}, None),
        (b"a document", {"provider": ["two"], "client": ["one"]}, None),
        (b"a document", {"provider": ["one"]}, None),
        (b"a document", pins, "digest"),
    ]
    for question in questions:
        kept.judge(*question)
    assert len(judged.came) == len(questions)


def test_no_clock_enters_into_what_is_kept(
    bench: Bench, good: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    today = judge(good, bench.known())
    in_2099 = partial(long_term.ValidationContext, moment=datetime(2099, 1, 1, tzinfo=UTC))
    monkeypatch.setattr(long_term, "ValidationContext", in_2099)
    assert judge(good, bench.known()) == today


def test_pages_that_could_not_be_made_in_time_are_tried_again(
    bench: Bench, good: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(_: DocumentInputs) -> bytes:
        raise NotSet("it took longer than 20 seconds")

    kept, pins = KeptVerdicts(), bench.known().certificates
    with monkeypatch.context() as patched:
        patched.setattr(looking, "render", busy)
        assert not kept.judge(good, pins, None).holds
    assert kept.judge(good, pins, None).holds


def test_only_so_many_are_kept(judged: Judged) -> None:
    kept = KeptVerdicts(most=2)
    for pdf in (b"1", b"2", b"1", b"3", b"1", b"2"):
        kept.judge(pdf, {}, None)
    assert [pdf for pdf, _ in judged.came] == [b"1", b"2", b"3", b"2"]
