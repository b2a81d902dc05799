"""The acts about proof and paper: documents, witnesses, a bundle checked offline, and attacks."""

from __future__ import annotations

from functools import partial
from typing import Final

from interfaces.cli.answers import Said
from interfaces.cli.client import path_of
from interfaces.cli.demo.cast import Organisation
from interfaces.cli.demo.stage import Stage
from interfaces.cli.demo.tampering import (
    cut_off,
    flipped,
    reordered,
    tampered,
    with_other_terms_attached,
)
from interfaces.documents.authority import Authority
from interfaces.documents.trust import certificates_in, fingerprint
from interfaces.signing_tool.own_key import OwnKey, write_key

DOCUMENT: Final = "agreement-version-2.pdf"
BUNDLE: Final = "audit-bundle.zip"
PINS: Final = "pins"


def sign_document(sides: tuple[Organisation, Organisation], contract: str) -> None:
    """Have version 2 set as a document and sealed, and let both sides sign it with their keys."""
    stage = sides[0].stage
    authority = Authority(stage.output / "parley" / "authority").ensure()
    legal = sides[1].subject("legal")
    stage.tell("Each signatory has a certificate, and pins it (here from an authority for trying):")
    for side in sides:
        lies = authority.issue(f"{side.word}-signatory", f"The {side.word}")
        certificate = certificates_in(lies.certificate.read_bytes())[0]
        pinned = {"fingerprint": fingerprint(certificate)}
        side.as_("signatory").send(f"{side.path}/certificates", pinned)
        stage.tell(f"the {side.word}'s: {pinned['fingerprint']}")
    stage.wait_for("a checkpoint over both signatures", partial(_made, sides[1], contract))
    stage.run("document", "render", contract, "--version", "2", subject=legal)
    for side in sides:
        lies = authority.named(f"{side.word}-signatory")
        pen = ("--key", str(lies.key), "--certificate", str(lies.certificate))
        terms = ("--terms", str(stage.output / "terms-amended.json"))
        signatory = side.subject("signatory")
        stage.run("document", "sign", contract, "--version", "2", *pen, *terms, subject=signatory)
    out = ("--out", str(stage.output / DOCUMENT))
    stage.run("document", "get", contract, "--version", "2", *out, subject=legal)


def _made(side: Organisation, contract: str) -> bool | None:
    """Have the document made; None while the signer has not signed the version's facts yet."""
    try:
        side.as_("legal").send(f"{path_of(contract)}/versions/2/document", {})
    except Said as refused:
        if "checkpoint-behind" not in str(refused):
            raise
        return None
    return True


def witness(sides: tuple[Organisation, Organisation], relationship: str) -> None:
    """Let both sides check from their own memory that history only grows, and cosign it."""
    stage = sides[0].stage
    key = sides[0].as_("legal").text("/history/key").strip()
    for side in sides:
        file, memory = (stage.output / f"{side.word}-witness{end}" for end in (".pem", ".memory"))
        own = OwnKey.fresh()
        for left_over in (file, memory):
            left_over.unlink(missing_ok=True)
        write_key(file, own, None)
        side.as_("admin").send(f"{side.path}/witness-keys", own.jwk)
    for side in sides:
        file, memory = (stage.output / f"{side.word}-witness{end}" for end in (".pem", ".memory"))
        own_files = ("--key", str(file), "--memory", str(memory), "--log-key", key)
        stage.run("witness", relationship, *own_files, subject=side.subject("legal"))


def check_offline(sides: tuple[Organisation, Organisation], contract: str) -> None:
    """Take a bundle away and check it with pinned keys, by the command and by one file alone."""
    stage, legal = sides[0].stage, sides[1].subject("legal")
    relationship = contract.partition("/")[0]
    draft = sides[1].as_("legal").text(f"/relationships/{relationship}/pins")
    pins = stage.keep(PINS, draft)
    stage.tell("The draft of the pins, which each side would compare with the other by telephone:")
    stage.tell(draft)
    bundle = stage.output / BUNDLE
    stage.run("contract", "audit", contract, "--out", str(bundle), subject=legal)
    said = stage.run("verify", str(bundle), "--pin", str(pins), most=3)
    stage.keep("verified.txt", said)
    roots = ("--roots", str(stage.output / "parley" / "authority" / "ca.crt"))
    stage.run("document", "check", str(stage.output / DOCUMENT), "--pin", str(pins), *roots)


def take_away(sides: tuple[Organisation, Organisation], contract: str) -> None:
    """Leave behind what a law firm files: tracked changes, and everything in one package."""
    stage, legal = sides[0].stage, sides[1].subject("legal")
    redline, package = stage.output / "redline.docx", stage.output / "legal-package.zip"
    stage.run("contract", "redline", contract, "2", "--out", str(redline), subject=legal)
    stage.run("contract", "package", contract, "2", "--out", str(package), subject=legal)


def attack(stage: Stage, contract: str) -> None:
    """Do to the bundle and the document what somebody who means ill would; each is refused."""
    log = contract.partition("/")[0]
    bundle, pins = stage.output / BUNDLE, stage.output / PINS
    forged = stage.output / "forged"
    forged.mkdir(exist_ok=True)
    attacks = (
        ("One byte of a fact is flipped, and the manifest made to fit:", "flipped", flipped),
        ("The last fact is dropped:", "cut-off", cut_off),
        ("Two facts change places:", "reordered", reordered),
    )
    for words, name, change in attacks:
        stage.tell(words)
        made = tampered(bundle, log, change, forged / f"{name}.zip")
        stage.run_refused("verify", str(made), "--pin", str(pins))
    stage.tell("Other terms are attached to the signed PDF; every signature in it stays valid:")
    swapped = forged / DOCUMENT
    swapped.write_bytes(with_other_terms_attached((stage.output / DOCUMENT).read_bytes()))
    stage.run_refused("document", "check", str(swapped), "--pin", str(pins))


def prove(sides: tuple[Organisation, Organisation], contract: str) -> None:
    """Play all of it."""
    stage = sides[0].stage
    stage.act("The signed version as a document")
    sign_document(sides, contract)
    stage.act("Both sides witness the history")
    witness(sides, path_of(contract).split("/")[2])
    stage.act("What anybody can check offline")
    check_offline(sides, contract)
    stage.act("What a law firm files")
    take_away(sides, contract)
    stage.act("What somebody who means ill would try")
    attack(stage, contract)
