"""slo-generator over the same figures: one ratio and its error budget, and no windows."""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib import import_module
from typing import Any, ClassVar, Final

from benchmarks.peers.there import PYTHON
from domain.attainment.records import Checks

NAMED: Final = f"{__name__}.Figures"
SECONDS: Final = 1_000_000


class Figures:
    """A backend of its own kind that has the checks at hand."""

    checks: ClassVar[Checks]

    def __init__(self, client: object = None, **_: object) -> None:
        self.client = client

    def good_bad_ratio(self, timestamp: int, window: int, _: dict[str, Any]) -> tuple[int, int]:
        """Count what was good and what was not in the window that ends at an instant (seconds)."""
        checks = self.checks
        within = (checks.at >= (timestamp - window) * SECONDS) & (checks.at < timestamp * SECONDS)
        bad = int((within & (checks.failed > 0)).sum())
        return int(within.sum()) - bad, bad


def report_on(checks: Checks, goal: float, begins: int, ends: int) -> Callable[[], object]:
    """Return what computes one report over a window (seconds since 1970)."""
    sys.path.append(str(PYTHON))
    compute = import_module("slo_generator.compute").compute
    Figures.checks = checks
    step = {
        "name": "a year",
        "window": ends - begins,
        "burn_rate_threshold": 1,
        "alert": False,
        "message_alert": "missed",
        "message_ok": "kept",
    }
    config = {
        "backends": {NAMED: {}},
        "error_budget_policies": {"default": {"steps": [step]}},
    }
    objective = {
        "apiVersion": "sre.google.com/v2",
        "kind": "ServiceLevelObjective",
        "metadata": {"name": "availability"},
        "spec": {
            "description": "availability",
            "goal": goal,
            "backend": NAMED,
            "method": "good_bad_ratio",
            "service_level_indicator": {},
        },
    }

    def computed() -> object:
        (found,) = compute(objective, config, timestamp=ends)
        if not found["valid"]:
            raise RuntimeError(f"slo-generator found no report: {found}")
        return found

    return computed
