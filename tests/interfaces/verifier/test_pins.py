"""The pins file: the words of C2SP's policies and ours, each line once and in its place."""

from __future__ import annotations

from typing import Final

import pytest

from bundles import note_key, pins_text, witness_of
from domain.history.note import NoteKey
from domain.values.sides import Side
from interfaces.verifier.pins import BadPins, read_pins

LOG: Final = f"log {note_key('parley.localhost/log', 'operator')}\n"
ONE, OTHER, THIRD = (note_key(f"w{number}", f"w{number}", 4) for number in range(3))
WITNESSES: Final = "".join(
    f"witness {name} {key}\n" for name, key in (("a", ONE), ("b", OTHER), ("c", THIRD))
)


@pytest.mark.parametrize(
    ("policy", "signed", "met"),
    [
        ("quorum none", [], True),
        ("quorum a", [ONE], True),
        ("quorum a", [OTHER], False),
        ("group g any a b\nquorum g", [OTHER], True),
        ("group g any a b\nquorum g", [THIRD], False),
        ("group g all a b\nquorum g", [ONE], False),
        ("group g all a b\nquorum g", [ONE, OTHER], True),
        ("group g 2 a b c\nquorum g", [ONE, THIRD], True),
        ("group g any a b\ngroup h all g c\nquorum h", [ONE, OTHER], False),
        ("group g any a b\ngroup h all g c\nquorum h", [ONE, THIRD], True),
        ("", [ONE, OTHER, THIRD], False),
    ],
)
def test_a_quorum_is_met_by_those_whom_the_policy_names(
    policy: str,
    signed: list[NoteKey],
    met: bool,  # noqa: FBT001 - the table's answer
) -> None:
    assert read_pins(f"{LOG}{WITNESSES}{policy}\n").met_by(signed) is met


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("log nonsense", "not a verifier key"),
        (LOG, "is named twice"),
        (f"log {ONE}", "is the key of a witness"),
        (f"witness x {note_key('x', 'x')}", "is the key of a log"),
        (f"witness a {ONE}", "a is named twice"),
        (f"witness none {ONE}", "names none"),
        ("group a any b", "a is named twice"),
        ("group g any nobody", "no witness or group nobody stands before"),
        ("group g any none", "a group has members"),
        ("group g 3 a b", "a number up to 2"),
        ("group g 0 a b", "a number up to 2"),
        ("group g any", "not understood"),
        ("group g any a a", "a member is named twice"),
        ("quorum g", "no witness or group g stands before"),
        ("quorum a\nquorum b", "not understood: quorum b"),
        ("key provider short", "43 characters"),
        ("key auditor " + "A" * 43, "not understood"),
        ("certificate service XYZ", "64 hex digits"),
        ("x" * 100_001, "is not read"),
        ("\n".join(f"group g{n + 1} any {f'g{n}' if n else 'a'}" for n in range(9)), "nested"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_a_line_that_makes_no_sense_is_named(line: str, said: str) -> None:
    with pytest.raises(BadPins, match=said):
        read_pins(f"{LOG}{WITNESSES}{line}\n")


def test_remarks_and_empty_lines_say_nothing() -> None:
    text = f"# all of it\n\n{pins_text().replace(chr(10), ' # why' + chr(10))}"
    assert read_pins(text) == read_pins(pins_text())


def test_the_services_other_logs_are_signed_by_the_same_key_under_their_names() -> None:
    pins = read_pins(LOG)
    (pinned,) = pins.logs.values()
    assert pins.log_key("parley.localhost/other", besides=pinned.name) == note_key(
        "parley.localhost/other", "operator"
    )
    assert pins.log_key("parley.localhost/other", besides="parley.localhost/third") is None
    assert witness_of(Side.CLIENT) not in pins.logs.values()
