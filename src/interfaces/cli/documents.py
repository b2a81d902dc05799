"""``parley document``: the PDF of a signed version, made, signed, checked, archived."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any

import typer

from interfaces.cli.answers import NO, USAGE, AsJson, Said, say
from interfaces.cli.client import (
    DEFAULT_ADDRESS,
    Address,
    Client,
    Contract,
    Key,
    Who,
    connect,
    path_of,
)
from interfaces.cli.signing import asked_passphrase
from interfaces.files.terms import check_file
from interfaces.verifier.pins import BadPins, read_pins

app = typer.Typer(
    help="Documents: the PDF of a signed version, which lawyers sign too.", add_completion=False
)

Version = Annotated[int, typer.Option("--version", help="Which signed version.")]
Pins = Annotated[Path, typer.Option("--pin", help="The pins you compared yourself.")]
KnownPins = Annotated[
    Path | None, typer.Option("--pin", help="Your pins, to check the service's seal, too.")
]
Terms = Annotated[
    Path | None, typer.Option("--terms", help="The terms you agreed to, as a file of yours.")
]
Digest = Annotated[
    str | None, typer.Option("--digest", help="Or their digest, as you signed it in the log.")
]


@dataclass(frozen=True, slots=True)
class Pen:
    """What a signatory signs with: a key, and the certificates for it."""

    key: Path
    certificate: Path


@app.command()
def render(
    contract: Contract,
    version: Version = 1,
    url: Address = DEFAULT_ADDRESS,
    who: Who = None,
    key: Key = None,
    as_json: AsJson = False,
) -> None:
    """Have a version's document made and sealed; one that is there already stays as it is."""
    answer = connect(url, who).send(_path(contract, version), {}, key=key)
    say(answer, as_json=as_json, words=_stands(answer))


@app.command()
def show(
    contract: Contract,
    version: Version = 1,
    url: Address = DEFAULT_ADDRESS,
    who: Who = None,
    as_json: AsJson = False,
) -> None:
    """Show who has signed a version's document, and which revisions of it there are."""
    answer = connect(url, who).get(_path(contract, version))
    words = "\n".join([_stands(answer), *(f"  {one}" for one in answer["revisions"])])
    say(answer, as_json=as_json, words=words)


@app.command()
def get(
    contract: Contract,
    out: Annotated[Path, typer.Option("--out", help="Where the PDF goes.")],
    version: Version = 1,
    revision: Annotated[str | None, typer.Option(help="sha256:...; the latest.")] = None,
    url: Address = DEFAULT_ADDRESS,
    who: Who = None,
) -> None:
    """Fetch the PDF, its latest revision or the one named."""
    size = _fetch(connect(url, who), contract, version, revision, out)
    typer.echo(f"{out}: {size} bytes, sha256:{sha256(out.read_bytes()).hexdigest()}")


@app.command()
def sign(
    contract: Contract,
    key_file: Annotated[Path, typer.Option("--key", help="Your private key, PEM; it stays here.")],
    certificate: Annotated[
        Path, typer.Option("--certificate", help="Your certificate and those above it, PEM.")
    ],
    version: Version = 1,
    terms: Terms = None,
    digest: Digest = None,
    pins: KnownPins = None,
    url: Address = DEFAULT_ADDRESS,
    who: Who = None,
    as_json: AsJson = False,
) -> None:
    """Sign a version's document on this machine, after looking at every byte of it."""
    expected = _expected_terms(terms, digest)
    seals = () if pins is None else tuple(_certificates(pins).get("service", ()))
    client, path = connect(url, who), f"{_path(contract, version)}/signing-rounds"
    pen = Pen(key_file, certificate)
    from interfaces.documents import party_tool  # noqa: PLC0415 - takes a second to load
    from interfaces.documents.trust import certificates_in  # noqa: PLC0415 - the same

    chain = certificates_in(pen.certificate.read_bytes())
    body = {"certificates": [b64encode(one.dump()).decode() for one in chain]}
    opened = client.send(path, body)
    with TemporaryDirectory() as scratch:
        revision = Path(scratch) / "revision.pdf"
        _fetch(client, contract, version, opened["revision"], revision)
        sent = party_tool.Sent(
            revision.read_bytes(), b64decode(opened["pdf"]), b64decode(opened["attributes"])
        )
    known = party_tool.Expected(contract, version, expected, seals)
    try:
        raw = party_tool.sign(sent, known, _key(pen.key), chain[0])
    except party_tool.NotSigned as because:
        raise Said(f"not signed: {because}") from because
    signature = {"signature": b64encode(raw).decode()}
    answer = client.send(f"{path}/{opened['round']}/signature", signature)
    say(answer, as_json=as_json, words=_stands(answer))


@app.command()
def archive(
    contract: Contract,
    version: Version = 1,
    url: Address = DEFAULT_ADDRESS,
    who: Who = None,
    key: Key = None,
    as_json: AsJson = False,
) -> None:
    """Put an archive timestamp over a document that both sides have signed, when it is due."""
    path = f"{_path(contract, version)}/archive-timestamps"
    answer = connect(url, who).send(path, {}, key=key)
    say(answer, as_json=as_json, words=_stands(answer))


@app.command()
def check(
    pdf: Annotated[Path, typer.Argument(help="The PDF.")],
    pins: Pins,
    roots: Annotated[
        Path | None, typer.Option("--roots", help="The authorities you trust for dates, PEM.")
    ] = None,
    terms: Terms = None,
    digest: Digest = None,
    as_json: AsJson = False,
) -> None:
    """Say whether a document holds: pages, revisions, certificates; exit 1 if it does not."""
    expected = None if terms is None and digest is None else _expected_terms(terms, digest)
    certificates = _certificates(pins)
    from interfaces.documents import verdict  # noqa: PLC0415 - takes a second to load
    from interfaces.documents.trust import certificates_in  # noqa: PLC0415 - the same

    trusted = () if roots is None else certificates_in(roots.read_bytes())
    found = verdict.judge(pdf.read_bytes(), verdict.Known(certificates, trusted, expected))
    marks = {True: "yes", False: "NO ", None: " - "}
    lines = [f"{marks[one.holds]} {one.words}" for one in found.checks]
    lines.append(
        f"{pdf}: it holds" if found.holds else f"{pdf}: refused, {'; '.join(found.refusals)}"
    )
    say(verdict.document(found), as_json=as_json, words="\n".join(lines))
    if not found.holds:
        raise typer.Exit(NO)


def _path(contract: str, version: int) -> str:
    return f"{path_of(contract)}/versions/{version}/document"


def _fetch(client: Client, contract: str, version: int, revision: str | None, out: Path) -> int:
    named = "" if revision is None else f"?revision={revision}"
    return client.download(f"{_path(contract, version)}/file{named}", out)


def _stands(answer: dict[str, Any]) -> str:
    signed = " and the ".join(one["side"] for one in answer["signatures"])
    missing = " and the ".join(answer["missing"])
    words = f"signed by the {signed}" if signed else "sealed"
    words += f"; the {missing} has to sign" if missing else ""
    words += f"; archived {answer['archived_at']}" if answer["archived_at"] else ""
    return f"version {answer['version']}: {words} ({answer['revisions'][-1]})"


def _expected_terms(terms: Path | None, digest: str | None) -> str:
    if digest is not None:
        return digest
    if terms is None:
        raise Said("say which terms you expect: --terms FILE, or --digest sha256:...", USAGE)
    read = check_file(terms).terms
    if read is None:
        raise Said(f"{terms} does not read as terms; see `parley terms check`", USAGE)
    return read.digest


def _certificates(pins: Path) -> dict[str, list[str]]:
    try:
        return read_pins(pins.read_text(encoding="utf-8")).certificates
    except BadPins as bad:
        raise Said(str(bad), USAGE) from bad


def _key(file: Path) -> Any:
    from cryptography.hazmat.primitives.asymmetric import ec, rsa  # noqa: PLC0415 - as above
    from cryptography.hazmat.primitives.serialization import load_pem_private_key  # noqa: PLC0415

    raw = file.read_bytes()
    passphrase = asked_passphrase(file).encode() if b"ENCRYPTED" in raw else None
    try:
        key = load_pem_private_key(raw, passphrase)
    except (ValueError, TypeError) as problem:
        raise Said(f"{file} is no private key, or that is not its passphrase", USAGE) from problem
    if not isinstance(key, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey):
        raise Said(f"{file} is neither an EC nor an RSA key", USAGE)
    return key


authority = typer.Typer(help="A certificate authority for development and tests; never qualified.")
app.add_typer(authority, name="authority")

Directory = Annotated[Path, typer.Option("--directory", help="Where it lives.")]


@authority.command()
def issue(
    name: Annotated[str, typer.Argument(help="Who signs, or a name for it.")],
    organisation: Annotated[str, typer.Option(help="For whom.")],
    directory: Directory = Path(".parley/authority"),
) -> None:
    """Issue a key and a certificate with which somebody signs documents, for trying things out."""
    from interfaces.documents.authority import Authority  # noqa: PLC0415 - takes a second
    from interfaces.documents.trust import certificates_in, fingerprint  # noqa: PLC0415 - the same

    lies = Authority(directory).ensure().issue(name, organisation)
    print_ = fingerprint(certificates_in(lies.certificate.read_bytes())[0])
    told = {"key": str(lies.key), "certificate": str(lies.certificate), "fingerprint": print_}
    typer.echo(json.dumps(told, indent=2))


@authority.command()
def serve(
    directory: Directory = Path(".parley/authority"),
    port: Annotated[int, typer.Option(help="The port, on loopback.")] = 8318,
) -> None:
    """Serve its timestamps (RFC 3161) and its list of revoked certificates, on loopback."""
    from interfaces.documents.authority import Authority  # noqa: PLC0415 - takes a second
    from interfaces.documents.stamping_server import server  # noqa: PLC0415 - the same

    with server(Authority(directory).ensure(), port) as made:
        typer.echo(f"http://127.0.0.1:{made.server_port}/")
        made.serve_forever()
