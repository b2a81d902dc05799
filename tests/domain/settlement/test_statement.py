"""A statement as both sides read it, and as it is digested."""

from __future__ import annotations

import json
from fractions import Fraction

from attainments import example
from domain.settlement.settlement import settle
from domain.settlement.statement import Line
from domain.values.canonical import digest_of
from settlements import CONTRACT, case_of, days, judged, only, other_event, signed

MARCH = days("2026-03")
EVENT = {"stream": f"{CONTRACT}/objective-availability/period-20260301", "version": 3}


def test_a_statement_says_each_step_and_where_it_comes_from() -> None:
    versions = signed(example("accord-two-tier"))
    found = settle(case_of(versions, MARCH, judged(versions, MARCH, "99.7")))
    assert found.document() == {
        "schema": "parley/settlement/1",
        "contract": CONTRACT,
        "period": "2026-03-01",
        "days": {"first": "2026-03-01", "last": "2026-03-31"},
        "currency": "EUR",
        "credit": "0.20",
        "objectives": [
            {
                "objective": "availability",
                "version": 1,
                "missed": True,
                "credit": {"amount": "0.20", "exact": "1/5"},
                "not_charged": {"amount": "0.00", "exact": "0"},
                "bonus": {"amount": "0.00", "exact": "0"},
                "claim": None,
                "lines": [
                    {
                        "step": "charged",
                        "place": "charges/monthly-charge",
                        "version": 1,
                        "event": EVENT,
                        "says": "10 EUR from 2026-03-01T00:00:00Z "
                        "until before 2026-04-01T00:00:00Z",
                        "amount": "10",
                    },
                    {
                        "step": "reached",
                        "place": "objectives/availability/targets/always",
                        "version": 1,
                        "event": EVENT,
                        "says": "99.7 % reached, at least 99.8 % promised: missed",
                    },
                    {
                        "step": "credit",
                        "place": "objectives/availability/remedy/tiers/always/from-98",
                        "version": 1,
                        "event": EVENT,
                        "says": "2 % of 10 EUR",
                        "amount": "1/5",
                    },
                ],
            }
        ],
    }


def test_the_bytes_are_those_of_the_document_and_the_digest_is_of_the_bytes() -> None:
    versions = signed(example("aws-ec2-region"))
    found = settle(case_of(versions, MARCH, judged(versions, MARCH, "98")))
    assert json.loads(found.canonical()) == found.document()
    assert found.digest == digest_of(found.document())
    assert found.document()["objectives"][0]["claim"] == {"before": "2026-06-01T00:00:00Z"}


def test_a_result_that_was_restated_gives_another_statement_even_if_it_costs_the_same() -> None:
    versions = signed(example("accord-two-tier"))
    one = judged(versions, MARCH, "99.7")
    first = settle(case_of(versions, MARCH, one))
    again = settle(case_of(versions, MARCH, other_event(one, 4)))
    assert first.credit == again.credit
    assert first.digest != again.digest


def test_what_is_said_of_a_result_fits_what_was_measured() -> None:
    said = {
        ("outpatient-appointments", "20.5"): "20.5 minutes reached, at most 20 minutes promised",
        ("outpatient-appointments", None): "worse than any value, at most 20 minutes promised",
        ("claims-handling", "1/3"): "about 0.333333333333 % reached, at least 95 % promised",
    }
    for (name, value), words in said.items():
        versions = signed(example(name))
        found = only(settle(case_of(versions, MARCH, judged(versions, MARCH, value))))
        assert _line(found.lines, "reached").says == f"{words}: missed"


def test_an_estimate_that_nobody_billed_is_called_one() -> None:
    versions = signed(example("aws-ec2-region"))
    found = only(settle(case_of(versions, MARCH, judged(versions, MARCH, "98"))))
    charged = _line(found.lines, "charged")
    assert charged.says.endswith("by an estimate that was not billed yet")
    assert charged.amount == Fraction(12000)


def _line(lines: tuple[Line, ...], step: str) -> Line:
    return next(line for line in lines if line.step == step)
