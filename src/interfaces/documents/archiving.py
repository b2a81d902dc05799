"""The archive timestamp: it proves that everything was valid while the certificates still were."""

from __future__ import annotations

from datetime import UTC, datetime

from pyhanko.sign.signers.pdf_signer import PdfTimeStamper

from interfaces.documents.fields import writing
from interfaces.documents.holes import RESERVED, Notary, finished, with_validation_info
from interfaces.documents.reading import Reader


def archive(pdf: bytes, notary: Notary) -> tuple[bytes, datetime]:
    """Add fresh lists for every signature and a timestamp over all; return it and its instant."""
    return finished(_archive(pdf, notary))


async def _archive(pdf: bytes, notary: Notary) -> tuple[bytes, datetime]:
    names = [one.field_name for one in Reader(pdf).embedded_signatures]
    for name in names:
        pdf = await with_validation_info(pdf, str(name), notary.trust)
    # What is needed to check this timestamp is in the document already: the same authority dated
    # the signatures.
    out = await PdfTimeStamper(notary.stamper).async_timestamp_pdf(
        writing(pdf), "sha256", bytes_reserved=RESERVED
    )
    archived = out.getvalue()
    last = Reader(archived).embedded_timestamp_signatures[-1]
    said = last.signed_data["encap_content_info"]["content"].parsed["gen_time"].native
    return archived, said.astimezone(UTC) if isinstance(said, datetime) else datetime.now(UTC)
