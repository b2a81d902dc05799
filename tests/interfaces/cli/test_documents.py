"""``parley document``: from a certificate to a document that both sides signed, and its verdict."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from typer.testing import CliRunner, Result

from documents import painted_over
from domain.history.note import LOG, NoteKey
from domain.parties.facts import Role
from domain.values.sides import Side
from http_cast import Cast, Deal
from http_world import World, done, open_world
from interfaces.cli import documents
from interfaces.cli.answers import Said
from interfaces.cli.client import problem_in_words
from interfaces.cli.main import app

RUN = CliRunner()


class SpeaksToTheWorld:
    """The command line's client, over the world's own wire instead of a socket."""

    def __init__(self, world: World, subject: str) -> None:
        self._caller = world.as_(subject)

    def get(self, path: str, **query: Any) -> Any:
        return self._told(self._caller.get(path, **query)).json()

    def send(self, path: str, body: Any, **_: Any) -> Any:
        return self._told(self._caller.post(path, body)).json()

    def download(self, path: str, out: Path) -> int:
        return out.write_bytes(self._told(self._caller.get(path)).content)

    def _told(self, answer: httpx.Response) -> httpx.Response:
        if not answer.is_success:
            raise Said(problem_in_words(answer))
        return answer


@dataclass(frozen=True)
class Desk:
    """A signed contract, and where things are kept."""

    world: World
    people: Cast
    deal: Deal
    home: Path

    def run(self, *arguments: str, who: str | None = None) -> Result:
        self.world.sign()
        asked = [] if who is None else ["--as", who]
        return RUN.invoke(app, ["document", *arguments, *asked])

    def issued(self, side: Side, name: str) -> dict[str, str]:
        """Issue a certificate for a side's signatory, who declares it their own."""
        directory = str(self.home / "authority")
        told: dict[str, str] = json.loads(
            self.ran("authority", "issue", name, "--organisation", side, "--directory", directory)
        )
        party = self.people.on(side)
        body = {"fingerprint": told["fingerprint"]}
        done(party[Role.SIGNATORY].post(f"{party.path}/certificates", body, if_match="*"), 201)
        return told

    def ran(self, *arguments: str, who: str | None = None) -> str:
        result = self.run(*arguments, who=who)
        assert result.exit_code == 0, (result.output, result.exception)
        return result.stdout


@pytest.fixture(scope="module")
def desk(module_database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    home = tmp_path_factory.mktemp("home")
    patched = pytest.MonkeyPatch()
    with open_world(module_database, home, datetime(2025, 11, 3, 9, tzinfo=UTC)) as world:
        patched.setattr(documents, "connect", lambda _, who: SpeaksToTheWorld(world, who))
        people = world.cast()
        yield Desk(world, people, world.strike_a_deal(people), home)
    patched.undo()


def test_from_a_certificate_to_a_verdict(desk: Desk, tmp_path: Path) -> None:
    contract = desk.deal.contract
    issued = json.loads(desk.ran("render", contract, "--json", who="client-legal"))
    assert issued["missing"] == ["provider", "client"]
    log = NoteKey(f"parley.localhost/{contract.split('/')[0]}", LOG, bytes(32))
    pins = [f"log {log}", f"certificate service {issued['seal']}"]
    terms = tmp_path / "terms.yaml"
    terms.write_text(json.dumps(desk.deal.terms.document()))
    pin_file = tmp_path / "pins"
    for side in Side:
        told = desk.issued(side, f"the-{side}")
        pins.append(f"certificate {side} {told['fingerprint']}")
        pin_file.write_text("\n".join(pins))
        pen = ["--key", told["key"], "--certificate", told["certificate"]]
        known = ["--terms", str(terms), "--pin", str(pin_file)]
        said = desk.ran("sign", contract, *pen, *known, who=f"{side}-signatory")
        assert f"the {side}" in said
    out = tmp_path / "contract.pdf"
    assert "sha256:" in desk.ran("get", contract, "--out", str(out), who="client-legal")
    roots = str(desk.home / "authority" / "ca.crt")
    judged = ["--pin", str(pin_file), "--terms", str(terms)]
    assert desk.ran("check", str(out), *judged, "--roots", roots).endswith("it holds\n")
    assert json.loads(desk.ran("check", str(out), *judged, "--json"))["holds"] is True

    painted = tmp_path / "painted.pdf"
    painted.write_bytes(painted_over(out.read_bytes()))
    refused = desk.run("check", str(painted), *judged)
    assert refused.exit_code == 1
    assert "something else than a signature was added" in refused.stdout

    assert "archived" in desk.ran("archive", contract, who="client-legal")
    assert "archived" in desk.ran("show", contract, who="client-negotiator")


def test_a_signatory_who_expects_other_terms_does_not_sign(desk: Desk) -> None:
    contract = desk.world.strike_a_deal(desk.people).contract
    told = desk.issued(Side.PROVIDER, "careful")
    desk.ran("render", contract, who="client-legal")
    pen = ["--key", told["key"], "--certificate", told["certificate"]]
    other = ["--digest", "sha256:" + "0" * 64]
    refused = desk.run("sign", contract, *pen, *other, who="provider-signatory")
    assert str(refused.exception).startswith("not signed: the attached terms are sha256:")
    nothing = desk.run("sign", contract, *pen, who="provider-signatory")
    assert "which terms you expect" in str(nothing.exception)
    assert "the provider and the client has to sign" in desk.ran(
        "show", contract, who="client-legal"
    )
