"""``parley key`` and ``parley sign``: from a fresh key to a signed agreement, on one machine."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from click.testing import Result
from typer.testing import CliRunner

from domain.negotiation.facts import AgreementSigned, OfferAccepted
from http_world import World, open_world
from interfaces.cli import keys, negotiations, signing
from interfaces.cli.answers import Said
from interfaces.cli.client import problem_in_words
from interfaces.cli.main import app
from interfaces.signing_tool.known_keys import read_known
from interfaces.signing_tool.own_key import read_key
from signing_table import TERMS, Table, set_up

RUN = CliRunner()


class SpeaksToTheWorld:
    """The command line's client, over the world's own wire instead of a socket."""

    def __init__(self, world: World, subject: str) -> None:
        self._caller = world.as_(subject)

    def get(self, path: str, **query: Any) -> Any:
        return self._told(self._caller.get(path, **query))

    def send(self, path: str, body: Any, **_: Any) -> Any:
        return self._told(self._caller.post(path, body, if_match="*"))

    def _told(self, answer: httpx.Response) -> Any:
        if not answer.is_success:
            raise Said(problem_in_words(answer))
        return answer.json()


@pytest.fixture
def table(database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Table]:
    """Lend an offer on the table of a service that goes by the machine's clock."""
    with open_world(database, tmp_path / "home", datetime.now(UTC)) as world:
        for module in (keys, negotiations, signing):
            monkeypatch.setattr(module, "connect", lambda _, who: SpeaksToTheWorld(world, who))
        yield set_up(world, world.cast())


@pytest.fixture
def key_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a key as its owner does."""
    monkeypatch.delenv("PARLEY_KEY_PASSPHRASE", raising=False)
    file = tmp_path / "my-key.pem"
    assert RUN.invoke(app, ["key", "new", str(file)]).exit_code == 0
    return file


def told(done: Result) -> str:
    """Return what a failed command says."""
    assert isinstance(done.exception, Said), done.output
    return str(done.exception)


class TestKeys:
    def test_are_made_shown_and_never_overwritten(self, key_file: Path) -> None:
        thumbprint = read_key(key_file, None).thumbprint
        shown = RUN.invoke(app, ["key", "show", str(key_file)])
        assert shown.output.startswith(f"{thumbprint}  ")
        again = RUN.invoke(app, ["key", "new", str(key_file)])
        assert "never overwritten" in told(again)
        assert read_key(key_file, None).thumbprint == thumbprint

    def test_are_sealed_with_a_passphrase_from_the_environment_or_the_terminal(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        asked, told_ = tmp_path / "asked.pem", tmp_path / "told.pem"
        typed = RUN.invoke(app, ["key", "new", str(asked), "--passphrase"], input="a b\na b\n")
        assert typed.exit_code == 0, typed.output
        monkeypatch.setenv("PARLEY_KEY_PASSPHRASE", "c d")
        assert RUN.invoke(app, ["key", "new", str(told_), "--passphrase"]).exit_code == 0
        assert read_key(told_, "c d")
        assert RUN.invoke(app, ["key", "show", str(told_)]).exit_code == 0
        assert "cannot be read" not in told(RUN.invoke(app, ["key", "show", str(asked)]))
        monkeypatch.delenv("PARLEY_KEY_PASSPHRASE")
        assert RUN.invoke(app, ["key", "show", str(asked)], input="a b\n").exit_code == 0

    def test_are_pinned_rotated_and_revoked(self, table: Table, key_file: Path) -> None:
        legal, party = ["--as", "client-legal"], table.cast.client
        first = read_key(key_file, None).thumbprint
        assert RUN.invoke(app, ["key", "pin", str(key_file), *legal]).exit_code == 0
        assert first in party.keys
        following = key_file.with_name("next.pem")
        RUN.invoke(app, ["key", "new", str(following)])
        second = read_key(following, None).thumbprint
        rotated = RUN.invoke(app, ["key", "rotate", str(key_file), str(following), *legal])
        assert rotated.output == f"{second} takes the place of {first}\n"
        revoked = RUN.invoke(app, ["key", "revoke", second, "--because", "lost", *legal])
        assert revoked.exit_code == 0
        assert {first, second}.isdisjoint(party.keys)


class TestSigning:
    def sign(self, table: Table, key_file: Path, *more: str, answer: str = "y\n") -> Result:
        known = str(key_file.with_name("known-keys"))
        arguments = [table.negotiation, table.offered, "--key", str(key_file), *more]
        signatory = ["--known-keys", known, "--as", "client-signatory"]
        return RUN.invoke(app, ["sign", *arguments, *signatory], input=answer)

    @pytest.fixture
    def accepted(self, table: Table, key_file: Path) -> Table:
        """Have the offer accepted, and the signatory's key pinned."""
        table.accept()
        pinned = RUN.invoke(app, ["key", "pin", str(key_file), "--as", "client-signatory"])
        assert pinned.exit_code == 0, pinned.output
        return table

    def test_shows_the_terms_asks_and_signs(self, accepted: Table, key_file: Path) -> None:
        done = self.sign(accepted, key_file)
        assert done.exit_code == 0, done.output
        assert "Total value: 144000.00 EUR" in done.output
        assert "Sign this?" in done.output
        assert "signed by the client" in done.output
        (fact,) = accepted.recorded(AgreementSigned)
        assert fact.evidence.statement.terms_digest == TERMS.digest
        parties = {party for _, party, _ in read_known(key_file.with_name("known-keys"))}
        assert parties == {accepted.cast.provider.id, accepted.cast.client.id}

    def test_a_no_signs_nothing_and_trusts_nobody(self, accepted: Table, key_file: Path) -> None:
        assert "you said no" in told(self.sign(accepted, key_file, answer="n\n"))
        assert accepted.recorded(AgreementSigned) == []
        assert not key_file.with_name("known-keys").exists()

    def test_a_key_that_is_not_pinned_signs_nothing(self, table: Table, key_file: Path) -> None:
        table.accept()
        assert "is not pinned" in told(self.sign(table, key_file, "--yes"))

    def test_a_key_slipped_in_is_refused_until_it_was_compared(
        self, accepted: Table, key_file: Path
    ) -> None:
        self.sign(accepted, key_file, answer="y\n")
        stranger = key_file.with_name("stranger.pem")
        RUN.invoke(app, ["key", "new", str(stranger)])
        RUN.invoke(app, ["key", "pin", str(stranger), "--as", "provider-newcomer"])
        thumbprint = read_key(stranger, None).thumbprint
        again = self.sign(accepted, key_file, "--yes")
        assert told(again).startswith("not signed: keys: ")
        assert thumbprint in told(again)
        assert self.sign(accepted, key_file, "--yes", "--trust", thumbprint).exit_code == 0


def test_an_acceptance_is_signed_likewise(table: Table, key_file: Path) -> None:
    negotiator = ["--as", "client-negotiator"]
    RUN.invoke(app, ["key", "pin", str(key_file), *negotiator])
    known = ["--known-keys", str(key_file.with_name("known-keys")), "--yes"]
    arguments = [table.negotiation, table.offered, "--digest", TERMS.digest, *negotiator]
    done = RUN.invoke(
        app, ["negotiation", "accept", *arguments, "--sign-with", str(key_file), *known]
    )
    assert done.exit_code == 0, done.output
    (fact,) = table.recorded(OfferAccepted)
    assert fact.evidence.statement.action == "accept"
