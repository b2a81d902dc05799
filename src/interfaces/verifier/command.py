"""The verifier's command line; the same for ``parley verify`` and for the file on its own."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from pathlib import Path
from typing import Final

from interfaces.verifier.answer import answer_document, answer_in_words
from interfaces.verifier.contract import Until
from interfaces.verifier.findings import Malformed
from interfaces.verifier.pins import LONGEST_PINS, BadPins, read_pins
from interfaces.verifier.stored import instant_in
from interfaces.verifier.verification import Question, verify_bundle

YES: Final = 0
NOT_PROVEN: Final = 1
WRONG_USE: Final = 2
LONGEST_HELD: Final = 200_000
_ABOUT: Final = """\
Check an audit bundle offline, with keys you pinned. Exit codes: 0 it holds, 1 it does not or is not
proven, 2 the question was wrong. The pins come from outside, never from the bundle."""


class WrongUse(Exception):  # noqa: N818 - it is an answer
    """The question cannot be answered as it was put; one line says why."""


def answer(  # noqa: PLR0913 - each is an option of the command
    bundle: Path,
    pins: Path,
    *,
    held: tuple[Path, ...] = (),
    event: int | None = None,
    at: str | None = None,
    as_json: bool = False,
) -> tuple[int, str]:
    """Check a bundle; return the exit code and what to print. Raises WrongUse."""
    if event is not None and at is not None:
        raise WrongUse("replay to an event or to an instant, not to both")
    try:
        moment = None if at is None else instant_in(at, "--at")
        question = Question(
            read_pins(_text(pins, LONGEST_PINS)),
            tuple(_text(path, LONGEST_HELD) for path in held),
            Until(event, moment),
        )
        verified = verify_bundle(bundle, question)
    except (Malformed, BadPins) as bad:
        raise WrongUse(str(bad)) from bad
    except OSError as error:
        raise WrongUse(f"{error.filename}: {error.strerror}") from error
    document = answer_document(verified)
    written = json.dumps(document, indent=2) if as_json else answer_in_words(document)
    return (YES if verified.verdict == "holds" else NOT_PROVEN), written


def main(arguments: list[str] | None = None) -> int:
    """Run the verifier as a program."""
    parser = ArgumentParser(
        "parley_verify", description=_ABOUT, formatter_class=RawDescriptionHelpFormatter
    )
    parser.add_argument("bundle", type=Path, help="the bundle, a zip")
    parser.add_argument("--pin", type=Path, required=True, metavar="PINS", help="the pinned keys")
    parser.add_argument("--json", action="store_true", help="answer as JSON")
    moment = parser.add_mutually_exclusive_group()
    moment.add_argument("--event", type=int, metavar="LEAF", help="replay up to this leaf")
    moment.add_argument("--at", metavar="INSTANT", help="replay up to this instant, in UTC")
    parser.add_argument(
        "--hold",
        type=Path,
        action="append",
        default=[],
        metavar="CHECKPOINT",
        help="a checkpoint from before, which the bundle has to continue",
    )
    given = parser.parse_args(arguments)
    try:
        code, written = answer(
            given.bundle,
            given.pin,
            held=tuple(given.hold),
            event=given.event,
            at=given.at,
            as_json=given.json,
        )
    except WrongUse as wrong:
        sys.stderr.write(f"parley_verify: {wrong}\n")
        return WRONG_USE
    sys.stdout.write(f"{written}\n")
    return code


def _text(path: Path, most: int) -> str:
    """Read a small text file; raises WrongUse when it is none."""
    with path.open("rb") as file:
        raw = file.read(most + 1)
    if len(raw) > most:
        raise WrongUse(f"{path}: larger than {most} bytes")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as bad:
        raise WrongUse(f"{path}: not UTF-8") from bad
