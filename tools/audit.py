"""Ask whoever keeps advisories for known weaknesses of what is locked.

Ends with 0 when every requirement was asked about and none is known to be weak, with 1 when one is,
with 2 when nobody could be asked about some of them: that is no answer, whatever else was found.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parent.parent
LOCK: Final = ROOT / "requirements" / "runtime.txt"
PROGRAM: Final = "pip-audit==2.10.1"
SOURCES: Final = ("pypi", "osv")
"""Who is asked, one after the other, about those that the one before could not tell of."""

CLEAN, WEAK, NOT_ASKED = 0, 1, 2
SHOWN: Final = 5

Found = list[dict[str, Any]]


def main() -> int:
    """Ask, and say what came of it."""
    found: Found = []
    for source in SOURCES:
        answers, trouble = asked(source, LOCK)
        if trouble is not None:
            print(f"parley: {source} gave no advisories: {trouble}", file=sys.stderr)
        found = together(found, answers)
        if found and not any("skip_reason" in one for one in found):
            break
    words, verdict = judged(found)
    print(words, file=sys.stdout if verdict == CLEAN else sys.stderr)
    return verdict


def asked(source: str, lock: Path) -> tuple[Found, str | None]:
    """Return what a source says of each requirement, or why it says nothing."""
    command = [os.environ.get("UV", "uv"), "tool", "run", "--from", PROGRAM, "pip-audit"]
    command += ["--disable-pip", "--progress-spinner=off", "--format=json"]
    command += [f"--vulnerability-service={source}", f"--requirement={lock}"]
    try:
        ran = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - a pinned program
    except OSError as missing:
        return [], f"{command[0]}: {missing.strerror}"
    try:
        found: Found = json.loads(ran.stdout)["dependencies"]
    except (ValueError, KeyError):
        return [], (ran.stderr.strip().splitlines() or ["it said nothing"])[-1][:300]
    return found, None


def together(before: Found, after: Found) -> Found:
    """Return what is known of each requirement: what one source could not tell, another may."""
    known = {one["name"]: one for one in before}
    for one in after:
        if "skip_reason" not in one or one["name"] not in known:
            known[one["name"]] = one
    return list(known.values())


def judged(found: Found) -> tuple[str, int]:
    """Return what to say of what was found, and what to end with."""
    weak = [one for one in found if one.get("vulns")]
    skipped = [one["name"] for one in found if "skip_reason" in one]
    lines = [
        f"{one['name']} {one['version']}: {flaw['id']}, mended in "
        f"{', '.join(flaw['fix_versions']) or 'no version yet'}"
        for one in weak
        for flaw in one["vulns"]
    ]
    if not found:
        lines.append("parley: nobody could be asked for advisories: nothing is known either way")
        return "\n".join(lines), NOT_ASKED
    if skipped:
        named = ", ".join(skipped[:SHOWN]) + (", …" if len(skipped) > SHOWN else "")
        lines.append(
            f"parley: no advisories could be had for {len(skipped)} of {len(found)} requirements "
            f"({named}): of these nothing is known either way"
        )
        return "\n".join(lines), NOT_ASKED
    if weak:
        lines.append(f"parley: {len(weak)} of {len(found)} requirements have known weaknesses")
        return "\n".join(lines), WEAK
    return f"parley: none of {len(found)} requirements has a known weakness", CLEAN


if __name__ == "__main__":
    sys.exit(main())
