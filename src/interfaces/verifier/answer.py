"""The answer in words and in JSON: what was checked, what that proves, and what it does not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from interfaces.verifier.pins import NO_QUORUM
from interfaces.verifier.stored import written_instant
from interfaces.verifier.verification import Verified

MOST_LINES: Final = 20
"""How much of the timeline is written out where nobody asked for a moment."""

ANSWER_FORM: Final = "parley/verification/1"
_HEADLINES: Final = {
    "holds": "Yes: everything that was checked holds.",
    "unproven": "Not proven: nothing is wrong, and something needed for a proof is missing.",
    "refused": "No: this bundle is not what it says it is.",
}
_NEVER_PROVEN: Final = (
    "When things happened: the instants are the service's clock's. Only their order is proven.",
    "That the log holds everything the two said to each other: only what was recorded is there.",
    "That a side said what it did not sign, such as comments and notices: the service says so.",
    "That a mandate's limit covers the value of the terms, and who the persons behind the ids are.",
    "Mandates and revocations beyond what is shown of the party's log, which the service writes.",
    "The signatures inside the documents: check those with `parley document check`.",
)


def answer_document(verified: Verified) -> dict[str, Any]:
    """Return the answer as JSON; the same bundle, pins and question give the same answer."""
    manifest, history = verified.manifest, verified.history
    good = verified.verdict != "refused"
    return {
        "form": ANSWER_FORM,
        "verdict": verified.verdict,
        "contract": None if manifest is None else manifest.contract,
        "service": None if manifest is None else manifest.service,
        "checked": list(_was_checked(verified)),
        "proves": list(_proves(verified)) if good else [],
        "does_not_prove": list(_does_not_prove(verified)),
        "faults": verified.findings.faults.documents(),
        "gaps": verified.findings.gaps.documents(),
        "remarks": verified.findings.remarks.documents(),
        "logs": [
            {
                "log": read.log,
                "leaves": read.tree.size,
                "withheld": read.withheld,
                "root": read.tree.root().hex(),
                "cosigned_by": [] if sealed is None else sorted(k.name for k in sealed.witnesses),
                "in_service_log": sealed is not None and sealed.in_service_log,
            }
            for read, sealed in verified.logs
        ],
        "versions": [
            {
                "version": version.number,
                "leaf": version.index,
                "recorded_at": written_instant(version.recorded_at),
                "effective_from": written_instant(version.effective_from),
                "terms_digest": version.terms_digest,
                "signatures_proven": version.proven,
            }
            for version in (history.versions if history is not None and good else ())
        ],
        "replay": _replay(verified) if good else None,
    }


def _replay(verified: Verified) -> dict[str, Any] | None:
    history, version = verified.history, verified.governing
    if history is None or history.last_at is None:
        return None
    at = history.until.at or history.last_at
    return {
        "at": written_instant(at),
        "to": "event"
        if history.until.event is not None
        else "instant"
        if history.until.at
        else "end",
        "event": history.until.event,
        "binding": None if history.span is None else history.span.binding(at),
        "version": None if version is None else version.number,
        "terms_digest": None if version is None else version.terms_digest,
        "terms": verified.terms,
        "happened": history.happened,
        "timeline": list(history.moments),
    }


def _was_checked(verified: Verified) -> Iterator[str]:
    for read, sealed in verified.logs:
        signed = "and are what its checkpoint was signed over" if sealed else "and were only hashed"
        yield (
            f"{read.tree.size} leaves of {read.log}, {read.withheld} of them hashes only, "
            f"lead to root {read.tree.root().hex()} {signed}"
            if not verified.findings.faults.count
            else f"{read.tree.size} leaves of {read.log} were hashed"
        )
    if verified.continued:
        yield f"{verified.continued} checkpoints held before are continued"
    history = verified.history
    if history is not None:
        negotiations = history.negotiations
        yield f"{negotiations.digests} sets of terms were digested anew"
        yield f"{negotiations.yeses} acceptances and signatures hold, by keys that the pins reach"
        yield f"{len(history.versions)} versions follow from negotiations that both sides signed"
    yield f"{verified.files} files have the manifest's sizes and digests"
    if verified.documents:
        yield f"{verified.documents} documents are named by the log"


def _proves(verified: Verified) -> Iterator[str]:
    for read, sealed in verified.logs:
        if sealed is None:
            continue
        yield (
            f"The service signed exactly these {read.tree.size} leaves of {read.log}, in this "
            "order: none was changed, dropped, inserted or reordered since."
        )
        if sealed.witnesses:
            names = ", ".join(sorted(key.name for key in sealed.witnesses))
            yield f"It showed the same history of {read.log} to {names}, who cosigned it."
    history = verified.history
    for version in history.versions if history is not None else ():
        if version.proven:
            yield (
                f"Both sides signed version {version.number} ({version.terms_digest}) with keys "
                "that you pinned, or to which those handed over."
            )


def _does_not_prove(verified: Verified) -> Iterator[str]:
    withheld = sum(read.withheld for read, _ in verified.logs)
    if withheld:
        yield (
            f"What stands in {withheld} facts that this reader is not shown: they are there, in "
            "their places, as hashes. Whoever made the bundle may have withheld a stream's latest "
            "facts, such as a notice; the sides' own bundles show, and lead to the same roots."
        )
    if verified.quorum == NO_QUORUM:
        yield "That others were shown the same history: the pins ask for no witness."
    yield "What happened after the last leaf of each log in this bundle."
    yield from _NEVER_PROVEN


def answer_in_words(document: dict[str, Any]) -> str:
    """Write an answer for a terminal."""
    lines = [_HEADLINES[document["verdict"]]]
    if document["contract"]:
        lines.append(f"Contract {document['contract']} of {document['service']}")
    lines += _section("Wrong", [_at_place(one) for one in document["faults"]])
    lines += _section("Missing for a proof", [_at_place(one) for one in document["gaps"]])
    lines += _section("Checked", document["checked"])
    lines += _section("This proves", document["proves"])
    lines += _section("This does not prove", document["does_not_prove"])
    lines += _section("Worth knowing", [_at_place(one) for one in document["remarks"]])
    if document["replay"]:
        lines += _replay_in_words(document["replay"])
    return "\n".join(map(_harmless, lines))


def _harmless(line: str) -> str:
    """Return a line that does nothing to a terminal, whatever stands in the bundle."""
    return "".join(sign if sign.isprintable() else f"<U+{ord(sign):04X}>" for sign in line)


def _replay_in_words(replay: dict[str, Any]) -> list[str]:
    lines = ["", f"At {replay['at']}: {_governs(replay)}"]
    if replay["to"] == "end":
        lines.append("  (the terms: with --at INSTANT, --event LEAF or --json)")
    else:
        lines += [f"  {path}: {value}" for path, value in _flat(replay["terms"] or {})]
    shown = replay["timeline"][-MOST_LINES if replay["to"] == "end" else 0 :]
    moments = [f"{one['at']}  leaf {one['leaf']}  {one['what']}{_more(one)}" for one in shown]
    earlier = replay["happened"] - len(moments)
    return [
        *lines,
        *_section(
            "What happened up to then", [f"{earlier} facts before"] * bool(earlier) + moments
        ),
    ]


def _governs(replay: dict[str, Any]) -> str:
    if replay["version"] is None:
        return "no version of this contract was on record"
    words = {
        "before": "it had not begun; first to govern was",
        "in-force": "in force, on",
        "after": "it had ended; last to govern was",
    }
    return f"{words[replay['binding']]} version {replay['version']} ({replay['terms_digest']})"


def _more(moment: dict[str, Any]) -> str:
    said = [str(moment[name]) for name in ("side", "offer", "terms_digest") if name in moment]
    return f"  {' '.join(said)}" if said else ""


def _flat(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _flat(inner, f"{path}/{name}" if path else name)
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _flat(inner, f"{path}/{number}")
    elif value is not None:
        yield path, " ".join(str(value).split())


def _section(heading: str, lines: list[str]) -> list[str]:
    return ["", f"{heading}:", *(f"  {line}" for line in lines)] if lines else []


def _at_place(finding: dict[str, str]) -> str:
    return f"{finding['place']}: {finding['because']}" if finding["place"] else finding["because"]
