"""The archive timestamp: it proves that everything was valid while the certificates still were."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from io import BytesIO

from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.signers.pdf_signer import PdfTimeStamper
from pyhanko.sign.validation.dss import async_add_validation_info

from interfaces.documents.fields import writing
from interfaces.documents.holes import Notary


def archive(pdf: bytes, notary: Notary) -> tuple[bytes, datetime]:
    """Add fresh lists for every signature and a timestamp over all; return it and its instant."""
    return asyncio.run(_archive(pdf, notary))


async def _archive(pdf: bytes, notary: Notary) -> tuple[bytes, datetime]:
    names = [one.field_name for one in PdfFileReader(BytesIO(pdf)).embedded_signatures]
    for name in names:
        reader = PdfFileReader(BytesIO(pdf))
        signature = next(one for one in reader.embedded_signatures if one.field_name == name)
        renewed = await async_add_validation_info(
            signature, notary.trust.context(), force_write=True, add_vri_entry=False
        )
        pdf = renewed.getvalue()
    out = await PdfTimeStamper(notary.stamper).async_timestamp_pdf(
        writing(pdf), "sha256", validation_context=notary.trust.context()
    )
    archived = out.getvalue()
    last = PdfFileReader(BytesIO(archived)).embedded_timestamp_signatures[-1]
    said = last.signed_data["encap_content_info"]["content"].parsed["gen_time"].native
    return archived, said.astimezone(UTC) if isinstance(said, datetime) else datetime.now(UTC)
