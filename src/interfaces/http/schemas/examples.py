"""One example of every request body: the OpenAPI document shows them, and a test reads each back.

They tell one story: a hosting provider, a retailer, an order management.
"""

from __future__ import annotations

from typing import Any, Final

from domain.terms.agreement import SCHEMA

PARTY: Final = "party-01kb2q8v3tf8m9z6c4h1r5w7xy"
PERSON: Final = "person-01kb2q8v3tf8m9z6c4h1r5w7xz"
RELATIONSHIP: Final = "relationship-01kb2q8v3tf8m9z6c4h1r5w7y0"
NEGOTIATION: Final = f"{RELATIONSHIP}/negotiation-01kb2q8v3tf8m9z6c4h1r5w7y1"
OFFER: Final = "offer-01kb2q8v3tf8m9z6c4h1r5w7y2"
OFFERING: Final = f"{PARTY}/offering-01kb2q8v3tf8m9z6c4h1r5w7y3"
LEVEL: Final = "level-01kb2q8v3tf8m9z6c4h1r5w7y4"
THUMBPRINT: Final = "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"
DIGEST: Final = "sha256:2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae"
AVAILABILITY: Final = "objectives/availability/targets/always/at_least"

BECAUSE: Final = {"because": "We found a partner closer to our stores."}
APPROVED: Final = {"terms_digest": DIGEST}
PROMISE: Final = {"bound": "at least", "value": "99.9", "unit": "%"}
PRICE: Final = {"amount": "1200.00", "currency": "EUR", "every": "month"}
ADA: Final = {"name": "Ada Byron", "email": "ada@northwind.example", "function": "account manager"}

KEY: Final = {
    "kty": "OKP",
    "crv": "Ed25519",
    "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
}
JWS: Final = (
    "eyJhbGciOiJFZDI1NTE5IiwiYjY0IjpmYWxzZSwiY3JpdCI6WyJiNjQiXSwia2lkIjoia1BySyJ9.."
    "c2lnbmF0dXJlIG9mIHRoZSBrZXkncyBob2xkZXI"
)
TIMES: Final = {
    "nonce": "rXq0vWQxS5Gk1rT9bHc2eA",
    "issued": "2025-11-20T09:00:00Z",
    "expires": "2025-11-20T09:30:00Z",
}
STATEMENT: Final = {
    "form": "parley/statement/1",
    "action": "sign",
    "service": "parley.example",
    "negotiation": NEGOTIATION,
    "offer": OFFER,
    "terms_digest": DIGEST,
    "previous": "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae",
    "side": "client",
    "party": PARTY,
    "signer": PERSON,
    "mandate": "mandate-01kb2q8v3tf8m9z6c4h1r5w7y5",
    "keys": {"provider": [THUMBPRINT], "client": [THUMBPRINT]},
    **TIMES,
}
EVIDENCE: Final = {"kind": "jws", "statement": STATEMENT, "jws": JWS}
ROTATION: Final = {
    "form": "parley/rotation/1",
    "service": "parley.example",
    "party": PARTY,
    "person": PERSON,
    "retired": THUMBPRINT,
    "thumbprint": THUMBPRINT,
    **TIMES,
}

TERMS: Final[dict[str, Any]] = {
    "schema": SCHEMA,
    "title": "Order management",
    "provider": "Northwind Hosting",
    "client": "Alpine Retail",
    "service": "Order management, production",
    "term": {"starts": "2026-01-01", "ends": "2026-12-31"},
    "currency": "EUR",
    "charges": [{"id": "monthly-fee", "amount": "12000.00", "every": "month"}],
    "objectives": [
        {
            "id": "availability",
            "indicator": "availability",
            "measured": {"by": "time slices", "slice": "PT1M", "missing": "counts as down"},
            "period": "calendar month",
            "targets": [{"window": "always", "at_least": "99.5"}],
            "motivates": {
                "provider": "change at night, staff the day",
                "client": "report faults at once, announce peaks",
                "guarded_by": "checks come from a third party",
            },
            "remedy": {
                "of": "monthly-fee",
                "tiers": [{"window": "always", "below": "99.5", "credit": "10"}],
                "caps": [{"per": "period", "percent": "10"}],
            },
        }
    ],
}

NOTE: Final = """parley.localhost/relationship-01kb2q8v3tf8m9z6c4h1r5w7y0
5
tJ1f2J7qZlYkQm5r3X0bM4Zt7mXQ0oW5dX1J8m0kq2E=

\u2014 parley.localhost/party-01kb2q8v3tf8m9z6c4h1r5w7xy AAECAwQFBgc=
"""

BATCH_OF_OUTAGES: Final = {
    "source": "probe-frankfurt",
    "batch": "2026-03",
    "from": "2026-03-01T00:00:00Z",
    "until": "2026-04-01T00:00:00Z",
    "outages": [
        {
            "starts": "2026-03-12T09:30:00Z",
            "ends": "2026-03-12T11:05:00.25Z",
            "reason": "database out of disk",
        }
    ],
}
BATCH_LINES: Final = (
    '{"at": "2026-03-01T00:00:00Z", "made": 4, "failed": 0}\n'
    '{"at": "2026-03-01T00:01:00Z", "made": 4, "failed": 1}\n'
)
BATCH_CSV: Final = (
    "id,began,ended,severity\nT-1,2026-03-02T09:00:00+01:00,2026-03-02T09:40:00+01:00,urgent\n"
)

RESULTS: Final = (
    "relationship-01kb2q8v3tf8m9z6c4h1r5w7xy/contract-01kb2q8v3tf8m9z6c4h1r5w7xy"
    "/objective-availability/results"
)
IMPROVEMENT: Final = {
    "cause": "The storage in hall 2 was full.",
    "target": "99.5 % in every month again",
    "reach_by": "2026-06-30",
    "measures": [
        {
            "what": "replace the storage",
            "side": "provider",
            "owner": "head of operations",
            "due": "2026-05-31",
        }
    ],
}
ACTION: Final = {
    "what": "Replace the storage in hall 2",
    "side": "provider",
    "owner": "operations",
    "due": "2026-04-30",
    "improves": "availability",
}

EXAMPLES: Final[dict[str, Any]] = {
    "RegistrationBody": {
        "name": "Northwind Hosting",
        "registration": "HRB 12345, Berlin",
        "country": "DE",
        "zone": "Europe/Berlin",
        "you": ADA,
    },
    "AppointmentBody": {**ADA, "identity": {"subject": "ada"}},
    "MandateBody": {
        "person": PERSON,
        "up_to": {"amount": "250000.00", "currency": "EUR"},
        "valid_until": "2027-01-01T00:00:00Z",
    },
    "KeyBody": KEY,
    "RotationOfKeyBody": {"key": KEY, "statement": ROTATION, "jws": JWS},
    "CertificateBody": {"fingerprint": "9f86d081884c7d659a2feaa0c55ad015" * 2},
    "SigningRoundBody": {"certificates": ["MIIBszCCAVmgAwIBAgIUc2lnbmVyJ3MgY2VydGlmaWNhdGU="]},
    "DocumentSignatureBody": {"signature": "MEUCIQDcmF3IHNpZ25hdHVyZQIgZWNkc2EtcDI1Ng=="},
    "PasskeyBody": {
        "ticket": "c29tZXRoaW5nIHJhbmRvbQ.1767225600.c29tZXRoaW5nIHNlY3JldA",
        "credential": {"id": "Y3JlZGVudGlhbA", "rawId": "Y3JlZGVudGlhbA", "type": "public-key"},
    },
    "BecauseBody": BECAUSE,
    "CosignatureBody": {"note": NOTE},
    "InvitationBody": {
        "other": PARTY,
        "our_side": "provider",
        "purpose": "Hosting of the order management",
        "answer_by": "2025-12-01T00:00:00Z",
    },
    "JoiningBody": {"their_keys": [THUMBPRINT]},
    "AdmissionBody": {
        "auditor": PARTY,
        "streams": [NEGOTIATION],
        "own_private_side": False,
        "until": "2026-07-01T00:00:00Z",
    },
    "ServiceBody": {
        "code": "HOST-1",
        "name": "Managed hosting",
        "description": "Servers, their systems and their care, day and night.",
    },
    "LevelBody": {
        "name": "Gold",
        "indicator": "availability",
        "promise": PROMISE,
        "window": "24 x 7",
        "charge": PRICE,
    },
    "DependencyBody": {"on": "Power, feed A", "availability": "99.99", "group": "power"},
    "OpenRequirementsBody": {
        "title": "Order management",
        "need": "Customers order at any hour; the stores can wait an hour, the web shop cannot.",
    },
    "TeamBody": {"members": [{"person": PERSON, "function": "server operations"}]},
    "EngineerBody": {"person": PERSON},
    "RequirementBody": {
        "subject": "Web shop",
        "indicator": "availability",
        "wanted": "Open whenever somebody wants to order",
        "figure": {"bound": "at least", "value": "99.5", "unit": "%"},
        "window": "24 x 7",
        "priority": "must",
        "rationale": "Half of the orders come after the stores have closed.",
    },
    "MatchBody": {"offering": OFFERING, "level": LEVEL, "gap": "No support on public holidays"},
    "FeasibleBody": {"conditions": ["A second line into the data centre"]},
    "InfeasibleBody": {
        "because": "One site alone cannot promise that.",
        "feasible_instead": "99.5 % with one site",
    },
    "AssessmentBody": {"ceiling": PRICE, "floors": [{"level": LEVEL, "charge": PRICE}]},
    "DraftBody": {"document": {"title": "Order management"}, "note": "Fees are still missing"},
    "NoteBody": {"text": "They have to sign before the year ends.", "path": AVAILABILITY},
    "ReserveBody": {
        "path": AVAILABILITY,
        "value": "99.0",
        "because": "Below that the stores would rather keep their own servers.",
    },
    "FoundBody": {
        "of": DIGEST,
        "technical": "feasible with conditions",
        "commercial": "feasible",
        "findings": ["Holds if the second line is there by March"],
    },
    "BacktestBody": {
        **APPROVED,
        "k": 1,
        "data": [{"objective": "availability", **BATCH_OF_OUTAGES}],
    },
    "ApprovalRequestBody": {"kind": "commercial", **APPROVED},
    "ApprovalBody": APPROVED,
    "ApprovalRefusalBody": {**APPROVED, "because": "The credits exceed the margin."},
    "OpenBody": {
        "subject": {"kind": "new-agreement"},
        "title": "Order management",
        "signing_days": 14,
    },
    "OfferBody": {
        "terms": TERMS,
        "firmness": "indicative",
        "valid_until": "2025-12-01T00:00:00Z",
        "message": "As discussed on Monday.",
    },
    "SigningBody": {**APPROVED, "evidence": EVIDENCE},
    "RejectionBody": {"reason": "price", "because": "The fee is above our budget."},
    "LockBody": {"path": AVAILABILITY, "offer": OFFER},
    "UnlockBody": {"path": AVAILABILITY},
    "ConstraintBody": {"path": AVAILABILITY, "weight": "required", "at_least": "99.5"},
    "CommentBody": {
        "text": "Could the maintenance be on Sundays?",
        "path": AVAILABILITY,
        "offer": OFFER,
    },
    "BatchBody": BATCH_OF_OUTAGES,
    "ReportBody": {"period": "2026-03-01", "note": "All four probes answered all month."},
    "ExclusionBody": {
        "exclusion": "maintenance",
        "starts": "2026-03-21T22:00:00Z",
        "ends": "2026-03-22T01:00:00Z",
        "because": "New storage in hall 2",
        "evidence": "change 4711",
    },
    "BillBody": {
        "charge": "monthly-fee",
        "first": "2026-03-01",
        "last": "2026-03-31",
        "amount": "11500.00",
        "currency": "EUR",
        "invoice": "R-2026-03",
    },
    "CorrectionBody": {
        "amount": "11000.00",
        "invoice": "R-2026-03a",
        "because": "Storage was billed twice.",
    },
    "ClaimBody": {"evidence": "Our own probes saw the same ten hours, see the attached log."},
    "GrantBody": {"amount": "600.00", "because": "As agreed in the dispute: half of it."},
    "ApplicationBody": {"amount": "1200.00", "how": "deducted", "reference": "invoice 2026-04"},
    "DisputeBody": {
        "about": RESULTS,
        "about_version": 2,
        "because": "Two of the ten hours were announced maintenance.",
        "evidence": "change 4711",
    },
    "AnswerBody": {"says": "The announcement came a day late."},
    "MediatorBody": {"mediator": "Chamber of Commerce, Berlin"},
    "ProposalBody": {"terms": "The credit is halved, and the notice period stays."},
    "ReviewBody": {
        "at": "2026-04-07T09:00:00Z",
        "agenda": "The outage of 10 March",
        "attended_by": ["service managers of both sides"],
    },
    "MoveBody": {"at": "2026-04-08T09:00:00Z"},
    "MinutesBody": {"text": "The cause was the storage in hall 2.", "actions": [ACTION]},
    "PlanBody": ACTION,
    "EditionBody": {"edition": 1},
    "ObjectionBody": {"edition": 1, "because": "We did not agree to the second action."},
    "NeedBody": {
        "objective": "availability",
        "because": "Missed in March and in April.",
        "about": RESULTS,
        "about_version": 2,
        "proposal": IMPROVEMENT,
    },
    "ImprovementBody": IMPROVEMENT,
    "MeasureBody": IMPROVEMENT["measures"][0],
    "PlanEditionBody": {"edition": 1},
    "PlanChangesBody": {"edition": 1, "because": "The discs have to be there by the end of May."},
    "ProgressBody": {"note": "Ordered, due next week.", "done": False},
    "VerdictBody": {
        "effective": True,
        "because": "June and July were met.",
        "periods": ["2026-06-01", "2026-07-01"],
    },
    "DoneBody": {"note": "Replaced on 20 April."},
    "ReadingsBody": {"notices": ["notice-01kb2q8v3tf8m9z6c4h1r5w7xy"]},
    "WishesBody": {"mail": {"comment.made": True, "due.soon": False}},
    "WebhookBody": {
        "url": "https://hooks.alpine-retail.example/parley",
        "kinds": ["period.missed", "escalation.climbed"],
    },
    "SubscriptionBody": {"kinds": ["period.missed", "claim.answered"]},
    "RedeliveryBody": {"delivery": 4711},
    "AcknowledgementBody": {"says": "Operations replace the storage in hall 2 tonight."},
    "NoticeBody": {**BECAUSE, "ground": "convenience", "last_day": "2026-09-30"},
    "AgreementTerms": TERMS,
    "ImportBody": {
        "language": "table",
        "text": 'service: Order management\nobjective: {indicator: availability, target: "99.9"}\n',
        "client": "Alpine Retail",
        "currency": "EUR",
        "starts": "2026-01-01",
    },
    "ComparisonBody": {"before": TERMS, "after": {**TERMS, "title": "Order management, revised"}},
}
"""By the name of the schema."""


def illustrate(document: dict[str, Any]) -> dict[str, Any]:
    """Put the examples into an OpenAPI document; safe to do again."""
    schemas = document["components"]["schemas"]
    for name, example in EXAMPLES.items():
        if name in schemas:
            schemas[name]["examples"] = [example]
    return document
