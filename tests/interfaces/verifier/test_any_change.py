"""Whatever is changed in a bundle, it is refused, or nothing that the answer claims has changed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bench import Bench
from bundles import Bundle, bundle, manifest_head
from recorded_deals import deal

SEVERAL: Final = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@cache
def good() -> Bundle:
    return bundle(deal())


def copied() -> Bundle:
    made = good()
    return Bundle(dict(made.files), dict(made.manifest))


Answered = dict[str, Any]


def answer_of(bench: Bench, made: Bundle | Path) -> Answered:
    return bench.ask(made)


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Answered:
    """What is said of the bundle while nothing is changed."""
    return Bench(tmp_path_factory.mktemp("before")).ask(copied())


@SEVERAL
@given(data=st.data(), fitting=st.booleans())
def test_a_byte_of_any_file_is_noticed_or_changes_nothing(
    data: st.DataObject,
    fitting: bool,  # noqa: FBT001 - drawn
    bench: Bench,
    before: Answered,
) -> None:
    """``fitting`` makes a manifest to fit the change, as whoever changed something would."""
    made = copied() if fitting else copied().freeze()
    name = data.draw(st.sampled_from(sorted(made.files)))
    content = made.files[name]
    place = data.draw(st.integers(0, len(content) - 1))
    other = data.draw(st.integers(1, 255))
    changed = bytes([content[place] ^ other])
    made.files[name] = content[:place] + changed + content[place + 1 :]
    after = answer_of(bench, made)
    assert after["verdict"] != "holds" or after == before


@SEVERAL
@given(data=st.data())
def test_a_byte_of_the_manifest_is_noticed_or_changes_nothing(
    data: st.DataObject, bench: Bench, before: Answered
) -> None:
    written = copied().manifest_bytes()
    place = data.draw(st.integers(0, len(written) - 1))
    spoilt = written[:place] + bytes([written[place] ^ data.draw(st.integers(1, 255))])
    spoilt += written[place + 1 :]
    made = Spoilt(dict(good().files), manifest_head(), spoilt=spoilt)
    after = answer_of(bench, made)
    assert after["verdict"] != "holds" or after == before


class Spoilt(Bundle):
    """A bundle whose manifest is these bytes."""

    def __init__(self, files: dict[str, bytes], head: dict[str, Any], *, spoilt: bytes) -> None:
        super().__init__(files, head)
        self._spoilt = spoilt

    def manifest_bytes(self) -> bytes:
        return self._spoilt


@SEVERAL
@given(place=st.integers(0, 10**9), other=st.integers(1, 255))
def test_a_byte_of_the_zip_is_noticed_or_changes_nothing(
    place: int, other: int, bench: Bench, before: Answered
) -> None:
    path = copied().write(bench.home / "whole.zip")
    raw = bytearray(path.read_bytes())
    raw[place % len(raw)] ^= other
    path.write_bytes(bytes(raw))
    after = answer_of(bench, path)
    assert after["verdict"] != "holds" or after == before


@SEVERAL
@given(raw=st.binary(max_size=400), where=st.sampled_from(["alone", "before", "after", "within"]))
def test_garbage_is_answered_and_never_crashes(raw: bytes, where: str, bench: Bench) -> None:
    whole = copied().write(bench.home / "whole.zip").read_bytes()
    middle = len(whole) // 2
    spoilt = {
        "alone": raw,
        "before": raw + whole,
        "after": whole + raw,
        "within": whole[:middle] + raw + whole[middle + len(raw) :],
    }
    path = bench.home / "garbage.zip"
    path.write_bytes(spoilt[where])
    assert answer_of(bench, path)["verdict"] in {"holds", "refused"}


def objects_in(value: Any) -> Iterator[dict[str, Any]]:
    """Yield every object that is not empty, however deep it lies."""
    if isinstance(value, dict):
        if value:
            yield value
        value = list(value.values())
    for inner in value if isinstance(value, list) else ():
        yield from objects_in(inner)


@SEVERAL
@given(data=st.data())
def test_any_json_in_the_place_of_a_fact_is_answered(data: st.DataObject, bench: Bench) -> None:
    """Whoever may sign may sign nonsense; it is refused, and nothing breaks."""
    text = st.text(st.characters(), max_size=5)  # halves of surrogate pairs among them
    leaves = st.none() | st.booleans() | st.integers() | text
    nested = st.recursive(
        leaves, lambda inner: st.lists(inner) | st.dictionaries(st.text(max_size=5), inner)
    )
    ledger = deal()
    log = data.draw(st.sampled_from(sorted(ledger.logs)))
    at = data.draw(st.integers(0, len(ledger.logs[log]) - 1))
    stream, version, topic, state = ledger.logs[log][at]
    body = json.loads(state)
    holders = data.draw(st.sampled_from(list(objects_in(body))))
    holders[data.draw(st.sampled_from(sorted(holders)))] = data.draw(nested)
    ledger.logs[log][at] = (stream, version, topic, json.dumps(body).encode())
    assert answer_of(bench, bundle(ledger))["verdict"] in {"holds", "unproven", "refused"}


EXTREMES: Final = ("0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "9999-12-31T23:59:59-23:59")


@pytest.mark.parametrize("instant", EXTREMES)
@pytest.mark.parametrize("member", [b'"at":"', b'"issued":"', b'"expires":"', b'"valid_from":"'])
def test_the_ends_of_time_are_instants_like_others(
    member: bytes, instant: str, bench: Bench
) -> None:
    ledger = deal()
    for entries in ledger.logs.values():
        for at, (stream, version, topic, state) in enumerate(entries):
            head, found, rest = state.partition(member)
            if found:
                spoilt = head + member + instant.encode() + rest[rest.index(b'"') :]
                entries[at] = (stream, version, topic, spoilt)
    assert bench.ask(bundle(ledger))["verdict"] in {"refused", "unproven", "holds"}


@pytest.mark.parametrize("half", ["nonce", "x", "message", "title"])
def test_half_a_character_is_refused_wherever_it_stands(half: str, bench: Bench) -> None:
    ledger = deal()
    for entries in ledger.logs.values():
        for at, (stream, version, topic, state) in enumerate(entries):
            head, found, rest = state.partition(f'"{half}":"'.encode())
            if found:
                entries[at] = (stream, version, topic, head + found + b"\\ud800" + rest)
    assert bench.ask(bundle(ledger))["verdict"] == "refused"


@pytest.mark.parametrize("deep", [10_000, 200_000])
def test_json_too_deep_to_read_is_refused(deep: int, bench: Bench) -> None:
    ledger = deal()
    for log, entries in ledger.logs.items():
        for at, (stream, version, topic, _) in enumerate(entries):
            if topic.startswith("contract.ContractConcluded/"):
                nested = b'{"at":"2025-11-03T09:16:00Z","fact":' + b"[" * deep + b"]" * deep + b"}"
                ledger.logs[log][at] = (stream, version, topic, nested)
    assert bench.ask(bundle(ledger))["verdict"] == "refused"
