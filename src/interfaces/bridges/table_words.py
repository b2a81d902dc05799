"""The words of published tables: deadlines, ways of measuring, caps, exclusions, credits."""

from __future__ import annotations

import re
from typing import Any, Final

from domain.values.durations import Duration

_NUMBERS: Final = {
    word: number
    for number, words in enumerate(
        ("zero", "one first", "two second", "three third", "four fourth", "five fifth", "six sixth")
    )
    for word in words.split()
}
_LENGTH: Final = re.compile(
    r"\b([0-9]{1,4}|[a-z]+)(?:st|nd|rd|th)?[ -]+(days?|weeks?|months?|years?)\b"
)
_BILLING: Final = re.compile(r"\b([0-9]{1,3}|[a-z]+)(?:st|nd|rd|th)? billing (?:cycle|period)")
_MEAN: Final = re.compile(r"\bmean\b.*?\b([0-9]{1,4})[ -]minute")
_NOT_PLAIN: Final = re.compile(r"\b(business|working)[ -]+days?\b")


def deadline(text: str) -> str | dict[str, int] | None:
    """Return the length that words name: ``7 days after the end of the month`` is ``P7D``.

    None when they name none, or working days, which need a calendar.
    """
    lowered = text.lower()
    if re.fullmatch(r"P[0-9A-Z.]+", text):
        try:
            return str(Duration.parse(text))
        except ValueError:
            return None
    billing = _BILLING.search(lowered)
    if billing is not None:
        cycles = _number(billing[1])
        return {"billing_cycles": cycles} if cycles is not None else None
    length = _LENGTH.search(lowered)
    if length is None or _NOT_PLAIN.search(lowered):
        return None
    number = _number(length[1])
    return None if number is None else f"P{number}{length[2][0].upper()}"


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() else _NUMBERS.get(text)


def measured(indicator: str, measured_as: str | None) -> tuple[str, dict[str, Any], str]:
    """Return an indicator of ours, a method that shows it, and what was assumed."""
    lowered = indicator.lower()
    mean = _MEAN.search((measured_as or "").lower())
    if mean is not None:
        method = {
            "by": "mean of interval rates",
            "interval": f"PT{int(mean[1])}M",
            "rate": "errors over requests",
            "missing": "left out",
        }
        return "success ratio", method, f"it is the mean of the rates of {mean[1]} minutes"
    if "availab" in lowered or "uptime" in lowered:
        method = {"by": "elapsed time", "missing": "left out"}
        return "availability", method, "it is measured by the time that was up"
    if "success" in lowered:
        method = {"by": "event ratio", "good": "successful requests", "of": "requests"}
        return "success ratio", method, "it is measured by events"
    method = {"by": "custom unit", "unit": "percent", "reads": measured_as or indicator}
    return "custom", {**method, "take": "share"}, "how it is measured is left to the words"


def cap_span(of: str | None) -> str:
    """Return the span that a cap is for."""
    lowered = (of or "").lower()
    if "12" in lowered or "twelve" in lowered or "year" in lowered:
        return "12 months"
    return "term" if "term" in lowered or "subscription" in lowered else "period"


def exclusion(reason: str) -> str:
    """Return what sort of reason words name."""
    lowered = reason.lower()
    for kind, words in (
        ("planned maintenance", ("maintenance", "scheduled downtime")),
        ("force majeure", ("force majeure",)),
        ("client's doing", ("customer", "client")),
        ("third party", ("third part", "third-part")),
    ):
        if any(word in lowered for word in words):
            return kind
    return "other"


def paid_as(text: str) -> dict[str, Any]:
    """Return what words say of how a credit is paid; nothing of what they do not say."""
    lowered = text.lower()
    found: dict[str, Any] = {}
    if "future" in lowered or "deduct" in lowered:
        found["paid_as"] = "deduction from future charges"
    elif "extension" in lowered:
        found["paid_as"] = "extension of the term"
    elif "payment" in lowered or "refund" in lowered:
        found["paid_as"] = "payment"
    if "transferable" in lowered and "not transferable" not in lowered:
        found["transferable"] = True
    if "sole remedy" in lowered:
        found["sole_remedy"] = True
    return found
