"""Make the files of every node out of one description: ``python3 fill.py cluster.toml OUT``.

Needs Python 3.11 and nothing else. What is written holds no secrets.
"""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path
from string import Template
from typing import Any

TEMPLATES = Path(__file__).parent / "templates"
FEWEST = 3


class WrongDescription(Exception):  # noqa: N818 - read by people as a sentence
    """What the description lacks, in one line."""


def nodes_of(description: dict[str, Any]) -> list[dict[str, Any]]:
    """Return every node's values: its own before those that are common to all."""
    common = {name: value for name, value in description.items() if name != "node"}
    nodes = [{**common, **own} for own in description.get("node", [])]
    names = {node.get("node") for node in nodes}
    if len(names) < FEWEST or len(names) != len(nodes) or len(nodes) % 2 == 0:
        raise WrongDescription("an odd number of nodes with different names, three at least")
    return nodes


def derived(nodes: list[dict[str, Any]]) -> dict[str, str]:
    """Return what every node has to know of all of them."""
    return {
        "hosts": ",".join(str(node["address"]) for node in nodes),
        "ports": ",".join(str(node["postgresql_port"]) for node in nodes),
        "etcd_hosts": ",".join(f"{node['address']}:{node['etcd_client_port']}" for node in nodes),
        "etcd_members": ",".join(
            f"{node['node']}=https://{node['address']}:{node['etcd_peer_port']}" for node in nodes
        ),
    }


def encryption(*, tls: bool) -> dict[str, str]:
    """Return how PostgreSQL and its clients speak to each other."""
    if tls:
        return {
            "host": "hostssl",
            "with_certificate": " clientcert=verify-ca",
            "ssl": "on",
            "sslmode": "verify-full",
        }
    return {"host": "host", "with_certificate": "", "ssl": "off", "sslmode": "disable"}


def fill(description: dict[str, Any], out: Path) -> None:
    """Write ``OUT/NODE/FILE`` for every node and every template.

    Raises WrongDescription when a value is missing.
    """
    nodes = nodes_of(description)
    for node in nodes:
        try:
            values = {**node, **derived(nodes), **encryption(tls=node["tls"])}
            filled = {
                template.name: Template(template.read_text()).substitute(values)
                for template in sorted(TEMPLATES.iterdir())
            }
        except KeyError as missing:
            raise WrongDescription(f"{node['node']} lacks {missing}") from missing
        place = out / str(node["node"])
        place.mkdir(parents=True, exist_ok=True)
        for name, text in filled.items():
            (place / name).write_text(text)


def main() -> int:
    """Fill the templates, or say what is missing."""
    if len(sys.argv) != 3:  # noqa: PLR2004 - the program and its two arguments
        sys.stderr.write(f"{__doc__}\n")
        return 2
    try:
        fill(tomllib.loads(Path(sys.argv[1]).read_text()), Path(sys.argv[2]))
    except (WrongDescription, OSError, tomllib.TOMLDecodeError) as problem:
        sys.stderr.write(f"fill: {problem}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
