"""The signer and a witness as processes, on a server that keeps what it acknowledges."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from typer.testing import CliRunner

from application.directory import Directory
from domain.history.merkle import Frontier, leaf_hash
from domain.parties.commands import PinWitnessKey
from domain.parties.keys import PublicKey
from domain.parties.party import PARTY
from domain.values.sides import Side
from faults.installation import Installation, unsigned, until
from faults.pair import Pair
from interfaces.cli.main import app
from interfaces.identity.development_issuer import ISSUER
from interfaces.signer.keyfile import KEY, read_key
from interfaces.signer.signer import Seal
from interfaces.signing_tool.own_key import OwnKey, write_key
from signers import ORIGIN


def log(installation: Installation) -> str:
    return (installation.home / "log").read_text()


def run(installation: Installation, *command: str) -> int:
    return installation.run(*command).wait(60)


@pytest.mark.slow
def test_the_child_of_parley_serve_signs_and_is_the_only_one(
    installation: Installation, pair: Pair
) -> None:
    del pair
    until("all is signed", lambda: unsigned(installation.dsn) == 0)
    second = installation.run("signer")
    said = "another signer is at work"
    until("it stands by", lambda: said in log(installation))
    second.terminate()
    assert second.wait(30) == 0


def test_a_server_that_may_lose_what_it_acknowledges_is_not_signed_for(
    database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The tests' server trades safety for speed, and says so."""
    monkeypatch.setenv("PARLEY_DATABASE", database)
    monkeypatch.setenv("PARLEY_HOME", str(tmp_path))
    done = CliRunner().invoke(app, ["signer", "--once"])
    assert done.exit_code == 1
    assert "refused service: the server runs with fsync off" in done.stdout
    with psycopg.connect(database) as connection:
        alarms = connection.execute("SELECT log FROM history_alarms").fetchall()
    assert alarms == [("service",)]


def test_a_lost_key_is_not_another_one_in_silence(
    database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PARLEY_DATABASE", database)
    monkeypatch.setenv("PARLEY_HOME", str(tmp_path))
    with psycopg.connect(database) as connection:
        connection.execute(
            "INSERT INTO history_checkpoints VALUES"
            " ('service', 1, sha256(''), 'note', now(), NULL, NULL)"
        )
    done = CliRunner().invoke(app, ["signer", "--once"])
    assert done.exit_code == 1
    assert "there is no key in" in str(done.exception)
    assert not (tmp_path / "signer" / "key.pem").exists()


@pytest.mark.slow
def test_a_witness_goes_along_until_the_service_contradicts_itself(
    installation: Installation, pair: Pair, tmp_path: Path
) -> None:
    key, memory = tmp_path / "witness.pem", tmp_path / "seen.json"
    own = OwnKey.fresh()
    write_key(key, own, None)
    _pin(pair, own)
    until("all is signed", lambda: unsigned(installation.dsn) == 0)
    secret = read_key(installation.home / "signer" / KEY)
    assert secret is not None
    seal = Seal(ORIGIN, secret)
    watching = ["witness", pair.relationship, "--key", str(key), "--memory", str(memory)]
    watching += ["--as", pair.lead[Side.CLIENT], "--url", f"http://127.0.0.1:{installation.port}"]
    assert run(installation, *watching) == 2
    assert "nothing is held yet" in log(installation)
    assert run(installation, *watching, "--log-key", str(seal.public_key)) == 0
    assert f"leaves as {ORIGIN}/party-" in log(installation)
    assert run(installation, *watching) == 0
    with _another_root(installation, pair.relationship, seal):
        assert run(installation, *watching) == 1
    assert "has another root" in log(installation)
    assert (tmp_path / "seen.json.contradicted").exists()
    assert run(installation, *watching) == 0


def _pin(pair: Pair, own: OwnKey) -> None:
    """Let the client's one person pin the key of its witness."""
    principal = Directory(pair.ledger).resolve(ISSUER, pair.lead[Side.CLIENT])
    assert principal.party is not None
    assert principal.person is not None
    pinning = PinWitnessKey(principal.person, PublicKey(own.jwk["x"]))
    pair.record(PARTY, principal.party, pinning)


@contextmanager
def _another_root(installation: Installation, relationship: str, seal: Seal) -> Iterator[None]:
    """Publish another root at the latest size, signed with the stolen key, for a while."""
    where = "WHERE log = %s AND size = %s"
    with psycopg.connect(installation.dsn, autocommit=True) as connection:
        size, note = connection.execute(
            "SELECT size, note FROM history_checkpoints WHERE log = %s ORDER BY size DESC LIMIT 1",
            (relationship,),
        ).fetchone() or (0, "")
        tree = Frontier()
        for number in range(size):
            tree.append(leaf_hash(str(number).encode()))
        forged = str(seal.sign(relationship, tree).note)
        update = f"UPDATE history_checkpoints SET note = %s {where}"
        connection.execute(update.encode(), (forged, relationship, size))
        try:
            yield
        finally:
            connection.execute(update.encode(), (note, relationship, size))
