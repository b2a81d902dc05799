"""Whether a signature holds: now by the pinned certificate, then by dates and lists, long after."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from asn1crypto import x509
from pyhanko.sign.ades.report import AdESStatus
from pyhanko.sign.validation.ades import ades_lta_validation
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.errors import NoDSSFoundError
from pyhanko.sign.validation.generic_cms import extract_tst_data_iter
from pyhanko.sign.validation.pdf_embedded import (
    EmbeddedPdfSignature,
    async_validate_pdf_signature,
)
from pyhanko.sign.validation.policy_decl import (
    PdfSignatureValidationSpec,
    RevinfoOnlineFetchingRule,
    RevocationInfoGatheringSpec,
    SignatureValidationSpec,
)
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.authority import CertTrustAnchor
from pyhanko_certvalidator.context import CertValidationPolicySpec
from pyhanko_certvalidator.policy_decl import (
    REQUIRE_REVINFO,
    CertRevTrustPolicy,
)
from pyhanko_certvalidator.registry import SimpleTrustManager


async def validated(signature: EmbeddedPdfSignature, roots: tuple[x509.Certificate, ...]) -> str:
    """Return why a signature does not hold, nothing if it does.

    With roots, at the instant its timestamp says, with the lists kept in the document. Without
    roots its certificate, which is pinned, vouches for itself, and its date for nothing.
    """
    if not roots:
        itself = ValidationContext(
            trust_roots=[signature.signer_cert], allow_fetching=False, revocation_mode="soft-fail"
        )
        status = await async_validate_pdf_signature(signature, itself)
        said = _because(status)
        return said or ("" if status.trusted else "its certificate cannot sign documents")
    at = signed_at(signature)
    if at is None:
        return "nobody dated it"
    status = await async_validate_pdf_signature(signature, _kept(signature, roots, at))
    dated = status.timestamp_validity
    said = _because(status)
    if said:
        return said
    if not status.trusted:
        return "its certificate is not from a trusted authority, or is revoked"
    good = dated is not None and dated.valid and dated.intact and dated.trusted
    return "" if good else "its timestamp is not from a trusted authority"


async def holds_for_long(
    signature: EmbeddedPdfSignature, roots: tuple[x509.Certificate, ...]
) -> bool:
    """Tell whether the archive timestamps keep a signature (ETSI EN 319 102-1, 5.6.3)."""
    policy = CertValidationPolicySpec(
        trust_manager=SimpleTrustManager.build(trust_roots=[CertTrustAnchor(one) for one in roots]),
        revinfo_policy=CertRevTrustPolicy(REQUIRE_REVINFO),
    )
    local = RevocationInfoGatheringSpec(online_fetching_rule=RevinfoOnlineFetchingRule.LOCAL_ONLY)
    spec = SignatureValidationSpec(policy, revinfo_gathering_policy=local)
    result = await ades_lta_validation(signature, PdfSignatureValidationSpec(spec))
    return result.ades_subindic.status is AdESStatus.PASSED


def signed_at(signature: EmbeddedPdfSignature) -> datetime | None:
    """Return when a signature's own timestamp says that it was there (UTC)."""
    token = next(extract_tst_data_iter(signature.signer_info, signed=False), None)
    if token is None:
        return None
    said = token["encap_content_info"]["content"].parsed["gen_time"].native
    return said.astimezone(UTC) if isinstance(said, datetime) else None


def _kept(
    signature: EmbeddedPdfSignature, roots: tuple[x509.Certificate, ...], at: datetime
) -> ValidationContext:
    """Return what to validate against: the lists and certificates in the document, as of then."""
    told: dict[str, Any] = {
        "trust_roots": list(roots),
        "allow_fetching": False,
        "moment": at,
        "best_signature_time": at,
        "revocation_mode": "require",
        "retroactive_revinfo": True,
    }
    try:
        store = DocumentSecurityStore.read_dss(signature.reader)
    except NoDSSFoundError:
        return ValidationContext(**told)
    return store.as_validation_context(told)


def _because(status: object) -> str:
    for holds, because in (
        (getattr(status, "intact", False), "the bytes it covers were changed"),
        (getattr(status, "valid", False), "it is not its certificate's over these bytes"),
        (getattr(status, "seed_value_ok", False), "it is not of the kind its field asks for"),
        (
            getattr(status, "docmdp_ok", False) or getattr(status, "modification_level", 0) is None,
            "the document was changed after it in a way that its seal forbids",
        ),
    ):
        if not holds:
            return because
    return ""
