"""Facts of a version's document, seen by both sides. Stored names: change with care.

Each revision of the file is named by the SHA-256 of its bytes; a later revision holds the earlier
one, byte for byte, at its beginning. Certificates are named by the SHA-256 of their DER form.
"""

from __future__ import annotations

from datetime import datetime

from domain.decider import fact
from domain.parties.keys import Fingerprint
from domain.values.canonical import Digest
from domain.values.ids import PersonId
from domain.values.sides import Side


@fact
class DocumentRendered:
    """A version's document was made from inputs of this digest; anybody can make it again."""

    version: int
    terms_digest: Digest
    inputs_digest: Digest
    revision: Digest


@fact
class DocumentSealed:
    """The service's seal closed it: from here on only signatures can be added."""

    certificate: Fingerprint
    revision: Digest


@fact
class DocumentSigned:
    """A side's signatory signed the document, under a mandate, with a certificate of their own."""

    by: Side
    signatory: PersonId
    mandate: str
    certificate: Fingerprint
    revision: Digest


@fact
class DocumentArchived:
    """A timestamp over all of it, at ``stamped_at`` (UTC), lets it outlive its certificates."""

    revision: Digest
    stamped_at: datetime


DocumentFact = DocumentRendered | DocumentSealed | DocumentSigned | DocumentArchived
"""Everything that happens to a version's document."""
