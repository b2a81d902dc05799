"""``parley negotiation``: what negotiators and signatories do, over the API."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer

from domain.negotiation.facts import RejectionReason
from interfaces.cli.answers import AsJson, Said, say
from interfaces.cli.client import DEFAULT_ADDRESS, Address, IfVersion, Key, Who, connect, path_of
from interfaces.cli.signing import KNOWN_KEYS, KnownKeys, Signer, Yes, own_key, signed_after_asking
from interfaces.files.terms import check_file

_MARKS = {"same": "{}", "removed": "[-{}-]", "added": "{{+{}+}}"}

app = typer.Typer(
    help="Negotiate: offers, answers, locks, acceptance, signatures.", add_completion=False
)

Negotiation = Annotated[str, typer.Argument(help="relationship-.../negotiation-...")]
Relationship = Annotated[str, typer.Argument(help="relationship-...")]
Offer = Annotated[str, typer.Argument(help="offer-...")]
Because = Annotated[str, typer.Option("--because", help="The reason.")]
Digest = Annotated[str, typer.Option("--digest", help="The digest of the terms, sha256:...")]


@app.command("list")
def list_all(
    relationship: Relationship,
    url: Address = DEFAULT_ADDRESS,
    who: Who = None,
    as_json: AsJson = False,
) -> None:
    """List a relationship's negotiations and whose move it is."""
    rows = connect(url, who).get(f"/relationships/{relationship}/negotiations")["items"]
    words = "\n".join(
        f"{row['negotiation']}  {row['status']}  {_turn(row)}  {row['title']}" for row in rows
    )
    say(rows, as_json=as_json, words=words or "no negotiation yet")


@app.command("open")
def open_negotiation(
    relationship: Relationship,
    title: Annotated[str, typer.Option(help="What it is called.")],
    contract: Annotated[str | None, typer.Option(help="The contract to change.")] = None,
    kind: Annotated[
        str | None, typer.Option(help="amendment, renewal or mutual-termination.")
    ] = None,
    signing_days: Annotated[int, typer.Option(help="Days to sign accepted terms.")] = 14,
    url: Address = DEFAULT_ADDRESS,
    who: Who = None,
    key: Key = None,
    as_json: AsJson = False,
) -> None:
    """Open a negotiation of a first agreement, or of a change of a contract."""
    subject = {"kind": "new-agreement"}
    if contract is not None:
        subject = {"kind": kind or "amendment", "contract": contract}
    body = {"subject": subject, "title": title, "signing_days": signing_days}
    answer = connect(url, who).send(f"/relationships/{relationship}/negotiations", body, key=key)
    say(answer, as_json=as_json, words=answer["id"])


@app.command()
def show(
    negotiation: Negotiation,
    url: Address = DEFAULT_ADDRESS,
    who: Who = None,
    as_json: AsJson = False,
) -> None:
    """Show a negotiation as it stands."""
    answer = connect(url, who).get(path_of(negotiation))
    say(answer, as_json=as_json, words=_in_words(answer))


@app.command()
def offer(
    negotiation: Negotiation,
    terms: Annotated[Path, typer.Argument(help="An agreement file, YAML or JSON.")],
    firm: Annotated[
        bool, typer.Option("--firm/--indicative", help="Would a yes bind you?")
    ] = False,
    valid_days: Annotated[int, typer.Option(help="For how many days it is valid.")] = 14,
    effective_from: Annotated[
        str | None, typer.Option(help="For an amendment: from when it governs.")
    ] = None,
    answers: Annotated[str | None, typer.Option(help="The offer this one counters.")] = None,
    message: Annotated[str, typer.Option(help="A word to the other side.")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only find out if it could.")] = False,
    url: Address = DEFAULT_ADDRESS,
    who: Who = None,
    key: Key = None,
    if_version: IfVersion = None,
    as_json: AsJson = False,
) -> None:
    """Make a proposal, or a counter-offer."""
    body: dict[str, Any] = {
        "terms": _terms(terms),
        "firmness": "firm" if firm else "indicative",
        "valid_until": (datetime.now(UTC) + timedelta(days=valid_days)).isoformat(),
        "message": message,
    }
    if effective_from is not None:
        body["effective_from"] = effective_from
    if answers is not None:
        body["answers"] = answers
    answer = connect(url, who).send(
        f"{path_of(negotiation)}/offers",
        body,
        key=key,
        version=if_version,
        parameters={"validate": "only"} if dry_run else None,
    )
    if dry_run:
        words = f"it would record {', '.join(answer['would_record'])}; nothing is recorded"
        say(answer, as_json=as_json, words=words)
        return
    say(answer, as_json=as_json, words=_in_words(answer))


@app.command()
def differences(
    negotiation: Negotiation,
    offer: Offer,
    since: Annotated[str | None, typer.Option(help="The offer to compare with.")] = None,
    url: Address = DEFAULT_ADDRESS,
    who: Who = None,
    as_json: AsJson = False,
) -> None:
    """Show what an offer changes: in words, downtime and money."""
    path = f"{path_of(negotiation)}/offers/{offer}/differences"
    rows = connect(url, who).get(path, since=since)
    say(rows, as_json=as_json, words=differences_in_words(rows))


@app.command()
def accept(
    negotiation: Negotiation,
    offer: Offer,
    digest: Digest,
    sign_with: Annotated[
        Path | None, typer.Option("--sign-with", help="Sign a statement with this private key.")
    ] = None,
    known_keys: KnownKeys = KNOWN_KEYS,
    yes: Yes = False,
    url: Address = DEFAULT_ADDRESS,
    who: Who = None,
    key: Key = None,
    if_version: IfVersion = None,
    as_json: AsJson = False,
) -> None:
    """Accept exactly the terms with this digest, with a signed statement or without."""
    client = connect(url, who)
    body: dict[str, Any] = {"terms_digest": digest}
    if sign_with is not None:
        about = {"action": "accept", "negotiation": negotiation, "offer": offer}
        signer = Signer(own_key(sign_with), known_keys, yes=yes)
        body = {**signed_after_asking(client, about, signer), **body}
    path = f"{path_of(negotiation)}/offers/{offer}/acceptance"
    answer = client.send(path, body, key=key, version=if_version)
    say(answer, as_json=as_json, words=_in_words(answer))


@app.command()
def reject(
    negotiation: Negotiation,
    offer: Offer,
    because: Because,
    reason: Annotated[RejectionReason, typer.Option(help="What kind of reason.")],
    url: Address = DEFAULT_ADDRESS,
    who: Who = None,
    key: Key = None,
    if_version: IfVersion = None,
    as_json: AsJson = False,
) -> None:
    """Turn the other side's offer down."""
    path = f"{path_of(negotiation)}/offers/{offer}/rejection"
    body = {"reason": reason, "because": because}
    answer = connect(url, who).send(path, body, key=key, version=if_version)
    say(answer, as_json=as_json, words=_in_words(answer))


@app.command()
def withdraw(
    negotiation: Negotiation,
    offer: Offer,
    because: Because,
    url: Address = DEFAULT_ADDRESS,
    who: Who = None,
    key: Key = None,
    if_version: IfVersion = None,
    as_json: AsJson = False,
) -> None:
    """Take your offer off the table."""
    path = f"{path_of(negotiation)}/offers/{offer}/withdrawal"
    answer = connect(url, who).send(path, {"because": because}, key=key, version=if_version)
    say(answer, as_json=as_json, words=_in_words(answer))


@app.command()
def lock(
    negotiation: Negotiation,
    path: Annotated[str, typer.Argument(help="The term's path.")],
    offer: Annotated[str, typer.Option(help="As it stands in this offer.")],
    url: Address = DEFAULT_ADDRESS,
    who: Who = None,
    key: Key = None,
    as_json: AsJson = False,
) -> None:
    """Hold a term to be settled; it binds once both sides do."""
    body = {"path": path, "offer": offer}
    answer = connect(url, who).send(f"{path_of(negotiation)}/locks", body, key=key)
    say(answer, as_json=as_json, words=_in_words(answer))


@app.command()
def unlock(
    negotiation: Negotiation,
    path: Annotated[str, typer.Argument(help="The term's path.")],
    url: Address = DEFAULT_ADDRESS,
    who: Who = None,
    key: Key = None,
    as_json: AsJson = False,
) -> None:
    """Reopen a term you have locked."""
    answer = connect(url, who).send(
        f"{path_of(negotiation)}/locks/release", {"path": path}, key=key
    )
    say(answer, as_json=as_json, words=_in_words(answer))


@app.command()
def comment(
    negotiation: Negotiation,
    text: Annotated[str, typer.Argument(help="What to say.")],
    path: Annotated[str | None, typer.Option(help="About this term.")] = None,
    offer: Annotated[str | None, typer.Option(help="About this offer.")] = None,
    url: Address = DEFAULT_ADDRESS,
    who: Who = None,
    key: Key = None,
    as_json: AsJson = False,
) -> None:
    """Say something to the other side."""
    about = {"path": path, "offer": offer}
    body = {"text": text, **{name: value for name, value in about.items() if value is not None}}
    answer = connect(url, who).send(f"{path_of(negotiation)}/comments", body, key=key)
    say(answer, as_json=as_json, words=_in_words(answer))


@app.command("break-off")
def break_off(
    negotiation: Negotiation,
    because: Because,
    url: Address = DEFAULT_ADDRESS,
    who: Who = None,
    key: Key = None,
    as_json: AsJson = False,
) -> None:
    """End the negotiation without an agreement."""
    path = f"{path_of(negotiation)}/breaking-off"
    answer = connect(url, who).send(path, {"because": because}, key=key)
    say(answer, as_json=as_json, words=_in_words(answer))


def differences_in_words(rows: list[dict[str, Any]]) -> str:
    """Return differences with what they mean; text is redlined: [-removed-]{+added+}."""
    return "\n".join(line for row in rows for line in _difference(row)) or "no difference"


def _difference(row: dict[str, Any]) -> Iterator[str]:
    if row["redline"]:
        yield f"{row['label']}:"
        yield "  " + "".join(_MARKS[part["change"]].format(part["text"]) for part in row["redline"])
        return
    yield f"{row['label']}: {row['before'] or 'nothing'} → {row['after'] or 'nothing'}"
    for part in (row["meaning"] or "").split("; "):
        if part:
            yield f"  {part}"


def _terms(path: Path) -> dict[str, Any]:
    checked = check_file(path)
    if checked.terms is None or checked.errors:
        raise Said("\n".join(str(problem) for problem in checked.errors))
    return checked.terms.document()


def _turn(row: dict[str, Any]) -> str:
    return f"{row['turn']}'s turn" if row["turn"] else "-"


def _in_words(answer: dict[str, Any]) -> str:
    lines = [f"{answer['id']}  version {answer['version']}", f"{answer['status']}, {_turn(answer)}"]
    lines += [
        f"  {offer['id']}  by the {offer['by']}, {offer['firmness']}, "
        f"{offer['fate'] or 'on the table'}, valid until {offer['valid_until']}, "
        f"{offer['terms_digest']}"
        for offer in answer["offers"]
    ]
    return "\n".join(lines)
