"""What an operator is given for the database machines, made out of one description."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from psycopg.conninfo import conninfo_to_dict
from ruamel.yaml import YAML

from interfaces.postgres.silence import noticing_silence
from interfaces.settings import read_settings

DEPLOY = Path(__file__).parents[2] / "deploy"
EXAMPLE = (DEPLOY / "cluster.example.toml").read_text()
NODES = ("node-1", "node-2", "node-3")


def fill(description: str, out: Path) -> subprocess.CompletedProcess[str]:
    (out.parent / "cluster.toml").write_text(description)
    return subprocess.run(  # noqa: S603 - our own program
        [sys.executable, str(DEPLOY / "fill.py"), str(out.parent / "cluster.toml"), str(out)],
        check=False,
        capture_output=True,
        text=True,
    )


@pytest.fixture
def filled(tmp_path: Path) -> Path:
    """Fill the templates with the example."""
    done = fill(EXAMPLE, tmp_path / "out")
    assert (done.returncode, done.stderr) == (0, "")
    return tmp_path / "out"


def patroni(filled: Path, node: str) -> dict[str, Any]:
    found: dict[str, Any] = YAML(typ="safe").load((filled / node / "patroni.yml").read_text())
    return found


def variables(file: Path) -> dict[str, str]:
    lines = [line for line in file.read_text().splitlines() if line and not line.startswith("#")]
    return {name: shlex.split(text)[0] for name, text in (line.split("=", 1) for line in lines)}


def test_every_node_gets_every_file_and_nothing_is_left_open(filled: Path) -> None:
    assert sorted(node.name for node in filled.iterdir()) == list(NODES)
    for node in filled.iterdir():
        names = {file.name for file in node.iterdir()}
        assert names == {file.name for file in (DEPLOY / "templates").iterdir()}
        assert [file.name for file in node.iterdir() if "$" in file.read_text()] == []


@pytest.mark.parametrize("node", NODES)
def test_nothing_is_acknowledged_on_one_disk_and_the_watchdog_is_required(
    filled: Path, node: str
) -> None:
    told = patroni(filled, node)
    policy = told["bootstrap"]["dcs"]
    assert (policy["synchronous_mode"], policy["synchronous_mode_strict"]) == (True, True)
    assert policy["postgresql"]["parameters"]["synchronous_commit"] == "on"
    assert policy["ttl"] >= policy["loop_wait"] + 2 * policy["retry_timeout"]
    assert told["watchdog"]["mode"] == "required"


def test_nobody_reaches_a_database_without_tls_and_no_machine_without_its_certificate(
    filled: Path,
) -> None:
    told = patroni(filled, "node-2")["postgresql"]
    assert told["parameters"]["ssl"] == "on"
    for rule in told["pg_hba"]:
        kind, _, user, *rest = rule.split()
        assert user not in {"all", "postgres"} or kind == "local"
        assert kind == "hostssl" or (kind, user) == ("local", "postgres")
        assert "scram-sha-256" in rest
        assert ("clientcert=verify-ca" in rest) == (user in {"replicator", "rewinder"})


def test_the_service_is_told_all_three_and_asks_for_the_one_that_takes_writes(
    filled: Path,
) -> None:
    told = variables(filled / "node-1" / "parley.env")
    primary = conninfo_to_dict(told["PARLEY_DATABASE"])
    assert primary["host"] == "10.0.0.11,10.0.0.12,10.0.0.13"
    assert (primary["target_session_attrs"], primary["sslmode"]) == ("read-write", "verify-full")
    assert conninfo_to_dict(told["PARLEY_REPLICA"])["target_session_attrs"] == "standby"
    settings = read_settings({**told, "PARLEY_OIDC_ISSUER": "https://issuer.example"})
    assert settings.database == noticing_silence(told["PARLEY_DATABASE"])
    assert settings.replica == noticing_silence(told["PARLEY_REPLICA"])


def test_all_nodes_say_the_same_services_address(filled: Path) -> None:
    assert len({(filled / node / "parley.env").read_text() for node in NODES}) == 1


def test_no_file_holds_a_password(filled: Path) -> None:
    for file in filled.rglob("*.*"):
        assert re.findall(r"(?i)password\s*[=:]\s*\S", file.read_text()) == []


def test_an_even_number_of_machines_is_refused(tmp_path: Path) -> None:
    two = EXAMPLE.rsplit("[[node]]", 1)[0]
    done = fill(two, tmp_path / "out")
    assert (done.returncode, done.stderr) == (
        1,
        "fill: an odd number of nodes with different names, three at least\n",
    )
    assert not (tmp_path / "out").exists()


def test_a_missing_value_is_named(tmp_path: Path) -> None:
    done = fill(EXAMPLE.replace("rest_port = 8008\n", ""), tmp_path / "out")
    assert (done.returncode, done.stderr) == (1, "fill: node-1 lacks 'rest_port'\n")


def test_each_certificate_names_its_node_for_both_roles(tmp_path: Path) -> None:
    made = [str(DEPLOY / "certificates.sh"), str(tmp_path / "tls"), "node-1=10.0.0.11"]
    subprocess.run(made, check=True)  # noqa: S603 - our own program
    node = tmp_path / "tls" / "node-1"
    shown = subprocess.run(  # noqa: S603 - a system's program, on our own file
        ["/usr/bin/openssl", "x509", "-in", str(node / "node.pem"), "-noout", "-text"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    assert "DNS:node-1, IP Address:10.0.0.11" in shown
    assert "TLS Web Server Authentication, TLS Web Client Authentication" in shown
    assert (node / "node.key").stat().st_mode & 0o077 == 0
