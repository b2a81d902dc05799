"""The documents as bundles and packages take them: files, by what the facts say of them."""

from __future__ import annotations

from collections.abc import Iterator

from application.bundling import Member
from application.document_ports import Cabinet
from application.documenting import document_of
from application.ledger import Ledger
from application.packaging import Paper
from domain.contract.facts import ContractAmended, ContractConcluded
from domain.documents.document import DOCUMENT, Issued
from domain.values.canonical import Digest


class DocumentPapers:
    """Every revision of every version's document of a contract."""

    def __init__(self, ledger: Ledger, cabinet: Cabinet) -> None:
        self._ledger = ledger
        self._cabinet = cabinet

    def revisions(self, contract: str) -> Iterator[Member]:
        """Yield the revisions that the contract's facts name, as ``documents/<sha256>.pdf``."""
        for version in self._versions(contract):
            document = document_of(contract, version)
            for digest in self._issued(document):
                pdf = self._cabinet.revision(document, digest)
                if pdf is not None:
                    name = f"documents/{digest.removeprefix('sha256:')}.pdf"
                    yield Member(name, [pdf], packed=False)

    def latest(self, contract: str, version: int) -> Paper | None:
        """Return the latest revision of a version's document; None before there is one."""
        document = document_of(contract, version)
        state = self._ledger.load(DOCUMENT, document).state
        if not isinstance(state, Issued):
            return None
        pdf = self._cabinet.revision(document, state.latest)
        return None if pdf is None else Paper(pdf, _bears(state))

    def _versions(self, contract: str) -> Iterator[int]:
        for event in self._ledger.history(contract):
            if isinstance(event.fact, ContractConcluded):
                yield 1
            elif isinstance(event.fact, ContractAmended):
                yield event.fact.version

    def _issued(self, document: str) -> Iterator[Digest]:
        state = self._ledger.load(DOCUMENT, document).state
        if isinstance(state, Issued):
            yield from state.revisions


def _bears(document: Issued) -> str:
    signed = [f"the {side}'s signature" for side in document.signed]
    archived = ["an archive timestamp"] if document.archived_at is not None else []
    return ", ".join(["the seal of the service", *signed, *archived])
