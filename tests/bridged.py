"""Terms with a query on every objective that can have one, and promtool to check rules."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any, Final

from domain.terms.agreement import AgreementTerms
from interfaces.bridges.prometheus.rules import to_prometheus
from interfaces.bridges.writing import as_yaml
from interfaces.files.terms import check_file

ROOT: Final = Path(__file__).parents[1]
EXAMPLES: Final = sorted((ROOT / "examples").glob("*.yaml"))

_UP = {"up": 'min(probe_success{job="shop"})'}
_SHARE = {
    "good": 'sum(rate(requests_total{code!~"5.."}[5m]))',
    "of": "sum(rate(requests_total[5m]))",
}
QUERIES: Final[dict[str, dict[str, str]]] = {
    "elapsed time": _UP,
    "time slices": _UP,
    "event ratio": _SHARE,
    "share within a limit": _SHARE,
    "mean of interval rates": {"bad": "rate(errors_total[5m])", "of": "rate(requests_total[5m])"},
    "percentile": {"buckets": "waiting_minutes_bucket"},
    "response time": _SHARE,
    "resolution time": _SHARE,
}


def queried(document: dict[str, Any], **queries: dict[str, str]) -> AgreementTerms:
    """Give every objective a query that goes with its method; ``queries`` are by objective."""
    objectives = [
        {**objective, "measured": _measured(objective["measured"], queries.get(objective["id"]))}
        for objective in document["objectives"]
    ]
    return AgreementTerms.model_validate({**document, "objectives": objectives})


def _measured(method: dict[str, Any], query: dict[str, str] | None) -> dict[str, Any]:
    if query is None and method["by"] == "custom unit":
        query = {"value": "fleet_ready"}
        query |= {"of": "fleet_size"} if method["take"] == "share" else {}
    if query is None and method["by"] in ("response time", "resolution time"):
        query = QUERIES[method["by"]] if method["take"] == "share in time" else None
    query = query or QUERIES.get(method["by"])
    return {**method, "query": query} if query is not None else method


def example(name: str, **queries: dict[str, str]) -> AgreementTerms:
    """Return an example with queries."""
    terms = check_file(ROOT / "examples" / f"{name}.yaml").terms
    if terms is None:
        raise AssertionError(f"{name} has the wrong shape")
    return queried(terms.document(), **queries)


def promtool(*arguments: str) -> str:
    """Run promtool and return what it says; raises AssertionError when it says no."""
    program = shutil.which("promtool")
    if program is None:
        raise AssertionError("promtool is missing: make test installs it with prometheus")
    done = subprocess.run(  # noqa: S603 - a program of the system, with files of ours
        [program, *arguments], check=False, capture_output=True, text=True
    )
    if done.returncode != 0:
        raise AssertionError(f"{done.stdout}\n{done.stderr}")
    return done.stdout


def checked(text: str, directory: Path) -> Path:
    """Write rules to a file, have promtool check them, and return where they are."""
    path = directory / "rules.yml"
    path.write_text(text, "utf-8")
    promtool("check", "rules", "--lint-fatal", str(path))
    return path


def played(terms: AgreementTerms, tmp_path: Path, *tests: dict[str, Any]) -> None:
    """Have promtool play series through the rules and compare what it finds."""
    rules = checked(to_prometheus(terms).yaml, tmp_path)
    file = tmp_path / "tests.yml"
    document = {"rule_files": [rules.name], "evaluation_interval": "1m", "tests": list(tests)}
    file.write_text(as_yaml(document), "utf-8")
    promtool("test", "rules", str(file))
