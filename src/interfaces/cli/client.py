"""The command line as a client of the API: one session, problems told in one line."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any
from uuid import uuid4

import httpx
import typer

from interfaces.cli.answers import USAGE, Said
from interfaces.clock import SystemClock
from interfaces.files.whole import write_whole
from interfaces.identity.callers import identity
from interfaces.settings import read_settings

DEFAULT_ADDRESS = "http://127.0.0.1:8000"
ANY_VERSION = "*"

Address = Annotated[
    str, typer.Option("--url", envvar="PARLEY_URL", help="Where the API is served.")
]
Who = Annotated[
    str | None,
    typer.Option("--as", help="Act as this subject of the development issuer."),
]
Key = Annotated[
    str | None,
    typer.Option("--key", help="Idempotency key; the same one again does nothing twice."),
]
IfVersion = Annotated[
    int | None, typer.Option("--if-version", help="Only if this is still the version.")
]
Contract = Annotated[str, typer.Argument(help="relationship-.../contract-...")]
Because = Annotated[str, typer.Option(help="The reason.")]


class Client:
    """Speaks to the API for one person."""

    def __init__(self, address: str, token: str) -> None:
        self._http = httpx.Client(
            base_url=f"{address.rstrip('/')}/v1",
            headers={"Authorization": f"Bearer {token}"},
            timeout=30.0,
        )

    def close(self) -> None:
        """Let go of its connections."""
        self._http.close()

    def get(self, path: str, **parameters: str | int | None) -> Any:
        """Read; raises Said for a problem."""
        given = {name: value for name, value in parameters.items() if value is not None}
        return self._answer("GET", path, params=given)

    def text(self, path: str) -> str:
        """Read something that is text; raises Said for a problem."""
        return self._asked("GET", path).text

    def tell(self, path: str, body: Mapping[str, Any]) -> str:
        """Send what is no fact, and needs no key; return the answer's text. Raises Said."""
        return self._asked("POST", path, json=dict(body)).text

    def download(self, path: str, out: Path) -> int:
        """Write what is read to a file, which is there whole or not at all; return its size."""
        try:
            with self._http.stream("GET", path) as answer:
                if not answer.is_success:
                    answer.read()
                    raise Said(problem_in_words(answer))
                return write_whole(out, answer.iter_bytes())
        except httpx.TransportError as error:
            raise self._no_answer(error) from error

    def send(
        self,
        path: str,
        body: Mapping[str, Any],
        *,
        method: str = "POST",
        key: str | None = None,
        version: int | None = None,
        parameters: Mapping[str, str] | None = None,
    ) -> Any:
        """Ask for a change; raises Said for a problem."""
        headers = {
            "Idempotency-Key": key or str(uuid4()),
            "If-Match": ANY_VERSION if version is None else f'"{version}"',
        }
        return self._answer(
            method, path, json=dict(body), headers=headers, params=dict(parameters or {})
        )

    def upload(
        self,
        path: str,
        content: bytes,
        media: str,
        *,
        key: str | None = None,
        parameters: Mapping[str, str] | None = None,
    ) -> Any:
        """Hand in a file as it is; raises Said for a problem."""
        headers = {"Idempotency-Key": key or str(uuid4()), "Content-Type": media}
        return self._answer(
            "POST", path, content=content, headers=headers, params=dict(parameters or {})
        )

    def _answer(self, method: str, path: str, **parts: Any) -> Any:
        return self._asked(method, path, **parts).json()

    def _asked(self, method: str, path: str, **parts: Any) -> httpx.Response:
        try:
            answer = self._http.request(method, path, **parts)
        except httpx.TransportError as error:
            raise self._no_answer(error) from error
        if answer.is_success:
            return answer
        raise Said(problem_in_words(answer))

    def _no_answer(self, error: httpx.TransportError) -> Said:
        said = f"no answer from {self._http.base_url}: {error}; is `parley serve` running?"
        return Said(said, USAGE)


def problem_in_words(answer: httpx.Response) -> str:
    """Return a problem document as one line: the rule, the place, and what is wrong."""
    try:
        problem = answer.json()
        place, detail = problem.get("place") or "", str(problem["detail"])
        named = f" at {place}" if place and not detail.startswith(place) else ""
        return f"{problem['rule']}{named}: {detail}"
    except (ValueError, KeyError):
        return f"HTTP {answer.status_code}"


def connect(address: str, who: str | None) -> Client:
    """Return a client with the token at hand: PARLEY_TOKEN, or one of the development issuer."""
    token = os.environ.get("PARLEY_TOKEN")
    if who is not None:
        development = identity(read_settings(os.environ)).development
        if development is None:
            raise Said("--as needs the development issuer; set PARLEY_TOKEN instead", USAGE)
        token = development.token(who, SystemClock().now())
    if not token:
        raise Said("say who you are: set PARLEY_TOKEN, or use --as SUBJECT", USAGE)
    return Client(address, token)


def path_of(stream: str) -> str:
    """Return the API path of a stream: ``relationship-.../contract-...`` and the like."""
    kinds = {"negotiation": "negotiations", "contract": "contracts", "requirements": "requirements"}
    parts = stream.split("/")
    if len(parts) != 2 or not parts[0].startswith("relationship-"):  # noqa: PLR2004 - relationship and thing
        raise Said(f"an id looks like relationship-.../negotiation-..., not {stream!r}", USAGE)
    kind = parts[1].rsplit("-", 1)[0]
    if kind not in kinds:
        raise Said(f"there is nothing called {kind!r}", USAGE)
    return f"/relationships/{parts[0]}/{kinds[kind]}/{parts[1]}"


def inside(stream: str, kind: str) -> str:
    """Return the API path of something inside a contract: a dispute, a review; raises Said."""
    contract, _, name = stream.rpartition("/")
    if not name.startswith(f"{kind}-"):
        raise Said(f"an id looks like relationship-.../contract-.../{kind}-...", USAGE)
    return f"{path_of(contract)}/{kind}s/{name}"
