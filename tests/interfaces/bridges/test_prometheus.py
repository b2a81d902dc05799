"""An agreement as Prometheus rules: accepted by promtool, and firing when the terms say so."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

from agreements import simple_document
from any_terms import ANY_TERMS
from bridged import EXAMPLES, checked, example, played, promtool, queried
from domain.terms.agreement import AgreementTerms
from dropping import assert_nothing_is_dropped, assert_shown
from everything import EVERYTHING, fields_never_given
from interfaces.bridges.prometheus.rules import to_prometheus
from interfaces.bridges.telling import Origin
from interfaces.bridges.writing import as_yaml
from properties import MODEST

GOLDEN = Path(__file__).parent / "golden"
HOSTILE = [
    'a "quoted" name',
    "{{ .Labels.instance }}",
    "{{{{ deep }}}}",
    "}} {{ - }}",
    "back\\slash \\n",
    "# no comment: [x]",
    "'; DROP TABLE",
    "tab\tand\x7f and \x85 and \u2028 and \ufeff",
    "%s $value \U0001f600",
    "- list: {a: b}",
    "true",
]


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_promtool_accepts_the_rules_of_every_example(path: Path, tmp_path: Path) -> None:
    translation = to_prometheus(example(path.stem))
    assert translation.documents[0]["groups"]
    checked(translation.yaml, tmp_path)


@pytest.mark.parametrize(
    "name", ["business-hours-availability", "aws-s3-standard", "outpatient-appointments"]
)
def test_the_rules_of_an_example_are_these(name: str) -> None:
    written = (GOLDEN / f"{name}.rules.yml").read_text("utf-8")
    assert to_prometheus(example(name)).yaml == written


def test_without_a_query_there_is_nothing_to_watch_and_it_says_so(tmp_path: Path) -> None:
    terms = AgreementTerms.model_validate(simple_document())
    translation = to_prometheus(terms)
    checked(translation.yaml, tmp_path)
    said = {item.place: item.because for item in translation.unsaid}
    assert said["objectives/availability"] == "no query says where Prometheus has its figures"


def test_rules_of_a_contract_name_the_version_they_come_from(tmp_path: Path) -> None:
    origin = Origin("relationship-1/contract-2", 3, "sha256:4")
    translation = to_prometheus(example("ecommerce-five-nines"), origin)
    assert "# From relationship-1/contract-2, version 3, sha256:4." in translation.yaml
    (group,) = translation.documents[0]["groups"]
    assert {rule["labels"]["agreement"] for rule in group["rules"]} == {"relationship-1/contract-2"}
    checked(translation.yaml, tmp_path)


WHO = {"agreement": "line-of-business-application", "objective": "availability", "window": "always"}


def watched(**changes: Any) -> AgreementTerms:
    """An availability of 99.5 % in any 7 days, which allows 50 minutes and 24 seconds."""
    document = simple_document(**changes)
    document["objectives"][0] |= {
        "period": "rolling 7 days",
        "kind": "proactive",
        "concern_at": ["50"],
    }
    document["escalation"] = [
        {"level": 1, "role": "service manager", "after": "PT0S"},
        {"level": 2, "role": "head of operations", "after": "PT30M"},
    ]
    return queried(document)


def test_an_outage_burns_the_budget_then_worries_then_is_a_miss_along_the_path(
    tmp_path: Path,
) -> None:
    # Up for 1000 minutes, then down. Over 1000 + n minutes so far, n of them down, the error ratio
    # passes half of 0.5 % at n = 3 and 0.5 % at n = 6; every minute missing counts as down.
    series = [{"series": 'probe_success{job="shop"}', "values": "1x999 0x120"}]
    labels = {**WHO, "kind": "proactive"}
    level_1 = {**labels, "severity": "level-1", "urgency": "page"}
    level_2 = {**labels, "severity": "level-2", "urgency": "page"}
    concern = {**labels, "severity": "level-1", "urgency": "ticket", "used": "50"}
    tests = {
        "interval": "1m",
        "input_series": series,
        "promql_expr_test": [
            {
                "expr": "parley:error_ratio:1h",
                "eval_time": "999m",
                "exp_samples": [{"labels": _labels("parley:error_ratio:1h"), "value": 0}],
            },
        ],
    }
    expected = [
        ("ParleyThresholdOfConcern", "1000m", []),
        ("ParleyThresholdOfConcern", "1004m", [concern]),
        ("ParleyTargetMissed", "1003m", []),
        ("ParleyTargetMissed", "1010m", [level_1]),
        ("ParleyTargetMissed", "1050m", [level_1, level_2]),
        ("ParleyBudgetBurn", "1000m", []),
        (
            "ParleyBudgetBurn",
            "1030m",
            [{**level_1, "lookback": "1h"}, {**level_1, "lookback": "6h"}],
        ),
    ]
    played(watched(), tmp_path, {**tests, "alert_rule_test": _whole(expected)})


def _labels(name: str) -> str:
    inside = ",".join(f'{label}="{text}"' for label, text in WHO.items())
    return f"{name}{{{inside}}}"


def _whole(expected: list[tuple[str, str, list[dict[str, str]]]]) -> list[dict[str, Any]]:
    """Expect these alerts, with the annotations they all have."""
    said = {
        "promised": "at least 99.5",
        "agreement": "Line-of-business application",
        "service": "Order management, production",
        "provider": "Northwind Hosting",
        "client": "Alpine Retail",
        "measured": "availability, by time slices",
    }
    roles = {"level-1": "service manager", "level-2": "head of operations"}
    summaries = {
        "ParleyThresholdOfConcern": "50 % of the error budget is used",
        "ParleyTargetMissed": "over the period so far, the target is missed",
    }
    burned = {"1h": "2 %", "6h": "5 %"}

    def one(name: str, labels: dict[str, str]) -> dict[str, Any]:
        summary = summaries.get(name)
        if summary is None:
            lookback = labels["lookback"]
            summary = f"{burned[lookback]} of a period's error budget used in {lookback}"
        annotations = {
            **said,
            "summary": f"Availability: {summary}",
            "tell": roles[labels["severity"]],
        }
        return {"exp_labels": labels, "exp_annotations": annotations}

    return [
        {"alertname": name, "eval_time": at, "exp_alerts": [one(name, labels) for labels in found]}
        for name, at, found in expected
    ]


@pytest.mark.parametrize(
    ("missing", "ratio"), [("counts as down", 1), ("counts as up", 0), ("left out", None)]
)
def test_what_is_missing_counts_as_it_was_agreed(
    missing: str, ratio: float | None, tmp_path: Path
) -> None:
    document = simple_document()
    document["objectives"][0]["measured"]["missing"] = missing
    name = "parley:error_ratio:period"
    samples = [] if ratio is None else [{"labels": _labels(name), "value": ratio}]
    played(
        queried(document),
        tmp_path,
        {
            "interval": "1m",
            "input_series": [{"series": "other", "values": "1x10"}],
            "promql_expr_test": [{"expr": name, "eval_time": "10m", "exp_samples": samples}],
        },
    )


def test_a_mean_of_interval_rates_weighs_every_interval_alike(tmp_path: Path) -> None:
    # Three intervals of 5 minutes: 1 error in 10 requests, none in 1000, and no request at all,
    # which counts as good: the mean error rate is (0.1 + 0 + 0) / 3.
    document = simple_document(availability="99.0")
    document["objectives"][0]["indicator"] = "success ratio"
    document["objectives"][0]["measured"] = {
        "by": "mean of interval rates",
        "interval": "PT5M",
        "rate": "errors over requests",
        "missing": "counts as down",
    }
    terms = queried(document, availability={"bad": "errors", "of": "requests"})
    rules = checked(to_prometheus(terms).yaml, tmp_path)
    name = "parley:error_ratio:period"
    tests = {
        "rule_files": [rules.name],
        "evaluation_interval": "5m",
        "tests": [
            {
                "interval": "5m",
                "input_series": [
                    {"series": "errors", "values": "1 0 0"},
                    {"series": "requests", "values": "10 1000 0"},
                ],
                "promql_expr_test": [
                    {
                        "expr": f"round({name} * 3, 0.0001)",
                        "eval_time": "10m",
                        "exp_samples": [{"labels": _labels("").lstrip(), "value": Decimal("0.1")}],
                    }
                ],
            }
        ],
    }
    (tmp_path / "tests.yml").write_text(as_yaml(tests), "utf-8")
    promtool("test", "rules", str(tmp_path / "tests.yml"))


def test_a_miss_of_a_percentile_is_a_figure_over_its_bound(tmp_path: Path) -> None:
    # 10 waits: 8 within 10 minutes and 2 over 20 and within 30. The 90th percentile lies halfway
    # between 20 and 30.
    terms = example("outpatient-appointments")
    series = [
        {"series": f'waiting_minutes_bucket{{le="{le}"}}', "values": f"0 {count}"}
        for le, count in (("10", 8), ("20", 8), ("30", 10), ("+Inf", 10))
    ]
    labels = (
        'parley:result:period{agreement="outpatient-appointments",'
        'objective="waiting-time",window="always"}'
    )
    played(
        terms,
        tmp_path,
        {
            "interval": "1m",
            "input_series": series,
            "promql_expr_test": [
                {
                    "expr": "parley:result:period",
                    "eval_time": "1m",
                    "exp_samples": [{"labels": labels, "value": 25}],
                }
            ],
        },
    )


# What people write --------------------------------------------------------------------------------


@pytest.mark.parametrize("text", HOSTILE)
def test_whatever_people_write_comes_out_escaped(text: str, tmp_path: Path) -> None:
    document = watched().document() | dict.fromkeys(
        ("title", "provider", "client", "service"), text
    )
    document["objectives"][0]["title"] = text
    document["escalation"] = [{"level": 1, "role": text, "after": "PT0S"}]
    terms = AgreementTerms.model_validate(document)
    checked(to_prometheus(terms).yaml, tmp_path)
    labels = {
        **WHO,
        "agreement": to_prometheus(terms).documents[0]["groups"][0]["rules"][0]["labels"][
            "agreement"
        ],
        "kind": "proactive",
        "severity": "level-1",
        "urgency": "page",
    }
    annotations = {
        **dict.fromkeys(("agreement", "service", "provider", "client", "tell"), text),
        "summary": f"{text}: over the period so far, the target is missed",
        "promised": "at least 99.5",
        "measured": "availability, by time slices",
    }
    expected = {"exp_labels": labels, "exp_annotations": annotations}
    played(
        terms,
        tmp_path,
        {
            "interval": "1m",
            "input_series": [{"series": 'probe_success{job="shop"}', "values": "0x20"}],
            "alert_rule_test": [
                {
                    "alertname": "ParleyTargetMissed",
                    "eval_time": "10m",
                    "exp_alerts": [expected],
                }
            ],
        },
    )


@pytest.mark.parametrize("text", ["up # all", 'x{a="b\\"{{ # }}"}', "up{a='`'}"])
def test_a_query_stays_in_its_place_whatever_stands_in_it(text: str, tmp_path: Path) -> None:
    objectives = []
    for objective in EVERYTHING["objectives"]:
        query = objective["measured"].get("query")
        said = {"query": dict.fromkeys(query, text)} if query else {}
        objectives.append({**objective, "measured": {**objective["measured"], **said}})
    terms = AgreementTerms.model_validate({**EVERYTHING, "objectives": objectives})
    translation = to_prometheus(terms)
    assert len(translation.documents[0]["groups"]) == 11
    checked(translation.yaml, tmp_path)


def test_every_term_that_changes_changes_the_rules_or_is_listed() -> None:
    assert assert_nothing_is_dropped(to_prometheus, EVERYTHING) > 300


@MODEST
@given(ANY_TERMS, ANY_TERMS)
def test_where_any_two_agreements_differ_the_rules_differ_or_it_is_listed(
    one: AgreementTerms, other: AgreementTerms
) -> None:
    assert_shown(one, other, to_prometheus(one), to_prometheus(other))


def test_the_agreement_with_everything_gives_every_field() -> None:
    terms = AgreementTerms.model_validate(EVERYTHING)
    less_is_better = {"Bonus.at_most", "Tier.above", "Tier.at_most"}
    given_once = {"source", "by_whom"}
    missing = fields_never_given(terms) - less_is_better
    assert {field for field in missing if field.split(".")[1] not in given_once} == set()
