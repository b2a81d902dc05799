"""A contract as a TM Forum TMF651 (version 4) Agreement resource.

TMF651 has typed places for the parties, the period, the version and who signed. All other terms are
free text there: they are said in words, one condition a line, and once more as characteristics, by
their paths, so that nothing is lost on the way; and they are listed, because no other system will
compute with them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

from domain.terms.agreement import SCHEMA, AgreementTerms
from domain.terms.paths import flatten
from domain.terms.words import Section, in_words
from interfaces.bridges.telling import Origin, Reason, Telling, Translation, slug

Binding = Literal["before", "in-force", "after"]
STATUS: Final[dict[Binding, str]] = {
    "before": "approved",
    "in-force": "active",
    "after": "terminated",
}
"""How far a contract is, in the words that TMF651 systems use; its status is free text."""

_IN_WORDS: Final = "TMF651 has no type for it: it is said in words, and by its path"
REASONS: Final = tuple(
    Reason(under, _IN_WORDS)
    for under in (
        *("objectives/*/remedy", "objectives/*/targets", "objectives/*/measured", "objectives/*"),
        *("charges/*", "calendars/*", "dependencies/*", "exclusions/*", "support/*"),
        *("escalation/*", "stakeholders/*", "clauses/*", "credits", "reporting", "reviews"),
        *("term/renewal", "term/notice", "budget", "currency", "zone", "amended_in_mid_period"),
    )
)


@dataclass(frozen=True, slots=True)
class Concluded:
    """A signed version of a contract; instants are aware UTC."""

    origin: Origin
    href: str
    provider: str
    """The party's id."""
    client: str
    binding: Binding
    signed_at: datetime
    effective_from: datetime
    begins_at: datetime
    ends_at: datetime | None


def to_tmf651(terms: AgreementTerms, concluded: Concluded) -> Translation:
    """Return a contract as an Agreement resource, and what has no typed place in it."""
    telling = Telling(terms)
    telling.say("schema", "title", "provider", "client", "service", "description")
    telling.say("term/starts", "term/ends")
    general, *rest = in_words(terms)
    objectives = [section for section in rest if section.place.startswith("objectives/")]
    others = [section for section in rest if section not in objectives]
    since = {"startDateTime": _instant(concluded.effective_from)}
    document = {
        "@type": "Agreement",
        "id": concluded.origin.contract,
        "href": concluded.href,
        "name": terms.title,
        "description": terms.description or " ".join(general.lines),
        "agreementType": "service level agreement",
        "version": str(concluded.origin.version),
        "status": STATUS[concluded.binding],
        "initialDate": _instant(concluded.signed_at),
        "agreementPeriod": _period(concluded),
        "agreementSpecification": {
            "@type": "AgreementSpecificationRef",
            "@referredType": "AgreementSpecification",
            "id": SCHEMA,
            "name": "Agreement terms",
        },
        "engagedParty": [
            _party(concluded.provider, terms.provider, "provider"),
            _party(concluded.client, terms.client, "client"),
        ],
        "agreementAuthorization": [
            {
                "@type": "AgreementAuthorization",
                "date": _instant(concluded.signed_at),
                "signatureRepresentation": f"statement signed for the {side}",
                "state": "approved",
            }
            for side in ("provider", "client")
        ],
        "agreementItem": [
            *(_item(terms, [section], since) for section in objectives),
            *([_item(terms, others, since)] if others else []),
        ],
        "characteristic": list(_characteristics(terms, concluded)),
    }
    return Translation((document,), telling.rest(REASONS))


def _period(concluded: Concluded) -> dict[str, str]:
    period = {"startDateTime": _instant(concluded.begins_at)}
    if concluded.ends_at is not None:
        period["endDateTime"] = _instant(concluded.ends_at)
    return period


def _party(ident: str, name: str, role: str) -> dict[str, str]:
    return {
        "@type": "RelatedParty",
        "@referredType": "Organization",
        "id": ident,
        "name": name,
        "role": role,
    }


def _item(terms: AgreementTerms, sections: list[Section], since: dict[str, str]) -> dict[str, Any]:
    return {
        "@type": "AgreementItem",
        "productOffering": [
            {
                "@type": "ProductOfferingRef",
                "@referredType": "ProductOffering",
                "id": slug(terms.service, "service"),
                "name": terms.service,
            }
        ],
        "termOrCondition": [
            {
                "@type": "AgreementTermOrCondition",
                "id": f"{section.place}/{number}",
                "description": f"{section.heading}: {line}",
                "validFor": since,
            }
            for section in sections
            for number, line in enumerate(section.lines, start=1)
        ],
    }


def _characteristics(terms: AgreementTerms, concluded: Concluded) -> Iterator[dict[str, str]]:
    yield _characteristic("terms_digest", concluded.origin.digest)
    for path, text in flatten(terms).items():
        yield _characteristic(path, text)


def _characteristic(name: str, value: str) -> dict[str, str]:
    return {
        "@type": "StringCharacteristic",
        "name": name,
        "valueType": "string",
        "value": value,
    }


def _instant(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")
