"""A batch written as the JSON in which it is handed in."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from application.measuring import Handed
from domain.attainment.records import Cases, Checks, Counts, Outages, Readings, Records
from domain.attainment.spans import instant
from domain.performance.figures import shape_of
from domain.terms.figures import decimal


def written(handed: Handed) -> dict[str, Any]:
    """Return a batch as a JSON document; raises ValueError for cases, which nothing pulls."""
    document: dict[str, Any] = {
        "source": handed.source,
        "batch": handed.batch,
        "from": handed.starts.isoformat(),
        "until": handed.ends.isoformat(),
        shape_of(handed.records): _rows(handed.records),
    }
    if isinstance(handed.records, Outages):
        recorded = handed.records.recorded
        document["recorded"] = [[_at(begin), _at(end)] for begin, end in recorded]
    return document


def _rows(records: Records) -> list[dict[str, Any]]:
    match records:
        case Outages(down=down):
            return [{"starts": _at(begin), "ends": _at(end)} for begin, end in down]
        case Checks(at=at, made=made, failed=failed):
            columns = zip(at.tolist(), made.tolist(), failed.tolist(), strict=True)
            return [{"at": _at(when), "made": m, "failed": f} for when, m, f in columns]
        case Counts():
            return [
                {"at": _at(when), "events": events, "good": good, "unknown": unknown}
                for when, events, good, unknown in zip(
                    records.at.tolist(),
                    records.events.tolist(),
                    records.good.tolist(),
                    records.unknown.tolist(),
                    strict=True,
                )
            ]
        case Readings(readings=readings):
            return [
                {"at": _at(one.at), "value": _number(one.value), "of": _number(one.of)}
                for one in readings
            ]
        case Cases():
            raise ValueError("cases are handed in as they are")


def _at(at: int) -> str:
    return instant(at).isoformat()


def _number(value: Fraction | None) -> str | None:
    return None if value is None else decimal(value)
