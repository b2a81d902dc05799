"""Write the parts of ``docs`` that are made from the code, or say which of them are stale.

``python tools/documents.py`` writes them; with ``--check`` it writes nothing, names what is stale
and exits with 1. Made from the code are ``docs/event-catalogue.md`` and the marked tables in
``docs/http.md``.
"""

from __future__ import annotations

import ast
import inspect
import sys
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from enum import Enum
from itertools import groupby
from pathlib import Path
from typing import Any, get_args, get_type_hints

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src"
sys.path.insert(0, str(SOURCE))

from application.event_catalogue import CATALOGUE, EventType  # noqa: E402 - needs the path above

BOTH = "both sides; an auditor with everything or this stream in its grant"
AREAS = {
    "party": (
        "party-…",
        "the party's own people; whoever shares a relationship with it sees a summary",
    ),
    "identity": ("identity-…", "nobody: it is read only to find out who is asking"),
    "relationship": ("relationship-…", BOTH),
    "inspection": ("relationship-…/inspection-…", BOTH),
    "offering": (
        "party-…/offering-…",
        "its own party, and whoever is in a joined relationship with it",
    ),
    "requirements": ("relationship-…/requirements-…", BOTH),
    "negotiation": ("relationship-…/negotiation-…", BOTH),
    "position": (
        "relationship-…/negotiation-…/position-SIDE, relationship-…/requirements-…/position-SIDE",
        "the side in the stream's name alone, and an auditor granted that side's private files",
    ),
    "contract": ("relationship-…/contract-…", BOTH),
    "measurements": ("relationship-…/contract-…/objective-…/measurements-YYYYMM", BOTH),
    "exclusions": ("relationship-…/contract-…/exclusions", BOTH),
    "dispute": ("relationship-…/contract-…/dispute-…", BOTH),
    "escalation": ("relationship-…/contract-…/escalations", BOTH),
    "webhook": ("party-…/webhooks", "the party's own administrators"),
    "review": ("relationship-…/contract-…/review-…", BOTH),
    "plan": ("relationship-…/contract-…/plan-…", BOTH),
    "document": ("relationship-…/contract-…/document-…", BOTH),
    "credits": ("relationship-…/contract-…/credits", BOTH),
    "bills": ("relationship-…/contract-…/bills", BOTH),
    "performance": ("relationship-…/contract-…/objective-…/results", BOTH),
}
"""Of each area: how its streams are named, and who sees what is in them."""

CATALOGUE_HEAD = """\
# Event catalogue

Every fact that can be stored: its name and version for ever, what it says, and what it holds.
This file is made from `src/application/event_catalogue.py` and the facts' own docstrings by
`python tools/documents.py`; `make check` fails while it is stale.

A stored event is a row of `ledger_events`: the stream, the version in the stream (1, 2, 3, …, no
gaps), the topic (`name/version`), and one JSON object: `at` (UTC), `by` (a person, an identity, or
`service:…`), `for` (the party acted for, left out when there is none), `key` (the command's
idempotency key) and `fact`, with the fields below. Instants are UTC; amounts, percentages and other
figures are strings.
"""


def event_catalogue() -> str:
    """Return the event catalogue as Markdown."""
    parts = [CATALOGUE_HEAD]
    for area, kinds in groupby(CATALOGUE.types, key=lambda kind: kind.name.split(".")[0]):
        stream, seen_by = AREAS[area]
        rows = list(kinds)
        parts.append(f"## {area}\n\nStream: `{stream}`. Seen by: {seen_by}.\n")
        parts.append(_table(("fact", "version", "says", "holds"), map(_fact_row, rows)))
        used = list(_used_by(rows))
        if used:
            parts.append("Used in these:\n")
            parts.append("\n".join(f"- {_part(kind)}" for kind in used) + "\n")
    return "\n".join(parts)


def _fact_row(kind: EventType) -> tuple[str, ...]:
    return (f"`{kind.name}`", str(kind.version), _says(kind.fact), _holds(kind.fact) or "nothing")


def _holds(owner: type) -> str:
    return ", ".join(f"`{field.name}: {field.type}`" for field in fields(owner))


def _says(owner: type) -> str:
    return " ".join((inspect.getdoc(owner) or "").split()).replace("``", "`")


def _part(kind: type) -> str:
    if issubclass(kind, Enum):
        return f"`{kind.__name__}`, one of {', '.join(f'`{one.value}`' for one in kind)}."
    return f"`{kind.__name__}`: {_says(kind)} Holds {_holds(kind)}."


def _used_by(kinds: list[EventType]) -> Iterator[type]:
    """Yield the composite types that the facts hold, each once, as they are met."""
    seen: set[type] = set()
    waiting = [kind.fact for kind in kinds]
    while waiting:
        owner = waiting.pop(0)
        for found in _inside(owner):
            if found not in seen:
                seen.add(found)
                waiting.append(found)
                yield found


def _inside(owner: type) -> Iterator[type]:
    if not is_dataclass(owner):
        return
    hints = get_type_hints(owner, include_extras=True)
    for field in fields(owner):
        yield from _composites(hints[field.name])


def _composites(hint: Any) -> Iterator[type]:
    if get_args(hint):
        for inner in get_args(hint):
            yield from _composites(inner)
    elif isinstance(hint, type) and (is_dataclass(hint) or issubclass(hint, Enum)):
        yield hint


def refusals() -> dict[str, list[tuple[str, str]]]:
    """Return every rule the domain and the use cases can refuse by: where, and in which words.

    Raises ValueError for a rule whose name is not written out where it is raised.
    """
    found: dict[str, list[tuple[str, str]]] = {}
    for room in ("domain", "application"):
        for path in sorted((SOURCE / room).rglob("*.py")):
            for call in _calls(path, "Refused"):
                rule = _text(call.args[0])
                if "…" in rule or not rule:
                    raise ValueError(f"{path}:{call.lineno}: a rule's name has to be written out")
                place = str(path.relative_to(SOURCE).with_suffix("")).replace("/", ".")
                found.setdefault(rule, []).append((place, _text(call.args[1])))
    return found


def _calls(path: Path, *names: str) -> Iterator[ast.Call]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names:
            yield node


def _text(node: ast.expr) -> str:
    """Return the text an expression makes, with … for what is only known when it is raised."""
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr(values=values):
            return "".join(_text(value) for value in values)
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return _text(left) + _text(right)
        case _:
            return "…"


def rules_of_the_trade() -> str:
    """Return the table of refusals, by rule."""
    rows = (
        (
            f"`{rule}`",
            "; or: ".join(dict.fromkeys(words for _, words in raised)),
            ", ".join(dict.fromkeys(f"`{place}`" for place, _ in raised)),
        )
        for rule, raised in sorted(refusals().items())
    )
    return _table(("rule", "says", "raised in"), rows)


def rules_of_lint() -> str:
    """Return the table of what is found in terms that can be read."""
    found: dict[str, tuple[str, str]] = {}
    for path in sorted((SOURCE / "domain" / "terms" / "lint").glob("*.py")):
        for call in _calls(path, "error", "warning"):
            if not isinstance(call.func, ast.Name):
                continue
            rule = _text(call.args[0])
            if rule != "…":
                found.setdefault(rule, (call.func.id, _text(call.args[1])))
    rows = ((f"`{rule}`", severity, words) for rule, (severity, words) in sorted(found.items()))
    return _table(("rule", "severity", "says"), rows)


def _table(head: tuple[str, ...], rows: Iterator[tuple[str, ...]] | map[Any]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join("| " + " | ".join(map(_cell, line)) + " |" for line in lines) + "\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def _between_marks(text: str, name: str, made: str) -> str:
    begin, end = f"<!-- {name}: made by tools/documents.py -->\n", f"<!-- end of {name} -->"
    before, found, rest = text.partition(begin)
    _, closed, after = rest.partition(end)
    if not found or not closed:
        raise ValueError(f"the marks of {name} are not there")
    return f"{before}{begin}\n{made}\n{end}{after}"


def _http(text: str) -> str:
    text = _between_marks(text, "rules of the trade", rules_of_the_trade())
    return _between_marks(text, "rules of lint", rules_of_lint())


DOCUMENTS: dict[str, Callable[[str], str]] = {
    "docs/event-catalogue.md": lambda _: event_catalogue(),
    "docs/http.md": _http,
}
"""Each document, and what makes it out of its present text."""


def main(arguments: list[str]) -> int:
    """Write what is stale, or only name it."""
    check = arguments == ["--check"]
    if arguments and not check:
        print(__doc__, file=sys.stderr)
        return 2
    stale = 0
    for name, make in DOCUMENTS.items():
        path = ROOT / name
        present = path.read_text() if path.exists() else ""
        made = make(present)
        if made == present:
            continue
        stale += 1
        if check:
            print(f"{name} is stale: run `python tools/documents.py`", file=sys.stderr)
        else:
            path.write_text(made)
            print(f"{name} written")
    return 1 if check and stale else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
