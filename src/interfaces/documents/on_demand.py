"""The workshop as a process has it: its libraries take a second to load, so only when needed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from threading import Lock

from application.document_inputs import DocumentInputs
from application.document_ports import Holed, Made, Round, Workshop
from application.document_refusals import not_configured
from domain.parties.keys import Fingerprint
from domain.values.sides import Side
from interfaces.documents.press import Press
from interfaces.settings import Settings


class WorkshopOnDemand:
    """Sets itself up at the first request; refuses where there is nothing to set it up with."""

    def __init__(self, settings: Settings, printer: Press) -> None:
        self._settings = settings
        self._printer = printer
        self._lock = Lock()
        self._ready: Workshop | None = None

    @property
    def press(self) -> str:
        """Name the layout, and the program that sets it."""
        return self._workshop().press

    @property
    def seal(self) -> Fingerprint:
        """The certificate that documents are sealed with; raises Refused where there is none."""
        return self._workshop().seal

    def make(self, inputs: DocumentInputs) -> Made:
        """Set a document and seal it."""
        return self._workshop().make(inputs)

    def certificate(self, chain: Sequence[bytes]) -> Fingerprint:
        """Return a certificate's fingerprint if a trusted authority vouches for it."""
        return self._workshop().certificate(chain)

    def prepare(self, side: Side, pdf: bytes, chain: Sequence[bytes]) -> Holed:
        """Return the document as a side is to sign it."""
        return self._workshop().prepare(side, pdf, chain)

    def complete(self, opened: Round, signature: bytes) -> bytes:
        """Return the signed and dated document."""
        return self._workshop().complete(opened, signature)

    def archive(self, pdf: bytes) -> tuple[bytes, datetime]:
        """Return the document under an archive timestamp, and its instant."""
        return self._workshop().archive(pdf)

    def _workshop(self) -> Workshop:
        if self._settings.document_tsa is None and self._settings.env == "production":
            raise not_configured()
        with self._lock:
            if self._ready is None:
                from interfaces.documents import workshop  # noqa: PLC0415 - takes a second to load

                instruments = workshop.instruments_of(self._settings)
                self._ready = workshop.DocumentWorkshop(instruments, self._printer)
            return self._ready


@contextmanager
def open_workshop(settings: Settings) -> Iterator[WorkshopOnDemand]:
    """Lend the workshop that the settings name, and end its press after."""
    printer = Press()
    try:
        yield WorkshopOnDemand(settings, printer)
    finally:
        printer.close()
