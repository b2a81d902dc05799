"""Where a visitor can go: the site's tabs, and the places within a relationship."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from interfaces.web.visits import Visit


@dataclass(frozen=True, slots=True)
class Tab:
    """One place to go; ``beginning`` tells by which paths it is the one that is open."""

    name: str
    to: str
    beginning: str

    def holds(self, path: str) -> bool:
        """Tell whether a path lies under this tab."""
        return path in (self.to, self.beginning) or path.startswith(f"{self.beginning}/")


def tabs(visit: Visit) -> tuple[Tab, ...]:
    """Return the tabs of the site for somebody who has a role in a party; none for others."""
    if not visit.works:
        return ()
    return (
        Tab("Inbox", "/", "/inbox"),
        Tab("Relationships", "/relationships", "/relationships"),
        Tab("Services", "/services", "/services"),
        Tab("Due dates", "/due", "/due"),
        Tab("Our party", "/party", "/party"),
    )


def within(relationship: str) -> tuple[Tab, ...]:
    """Return the places within a relationship."""
    here = f"/relationships/{relationship}"
    return (
        Tab("Overview", here, f"{here}/overview"),
        Tab("Requirements", f"{here}/requirements", f"{here}/requirements"),
        Tab("Negotiations", f"{here}/negotiations", f"{here}/negotiations"),
        Tab("Contracts", f"{here}/contracts", f"{here}/contracts"),
        Tab("Audit", f"{here}/audit", f"{here}/audit"),
    )


def address(stream: str) -> str:
    """Return the page of a stream: ``relationship-R/negotiation-N`` has one, and so on.

    What lies inside a contract is shown on the contract's own pages.
    """
    parts = stream.split("/")
    found = f"/relationships/{parts[0]}"
    for part in parts[1:]:
        if part.startswith(OBJECTIVE):
            return f"{found}/performance#{part.removeprefix(OBJECTIVE)}"
        if part in _WITHIN_A_CONTRACT:
            return f"{found}/{_WITHIN_A_CONTRACT[part]}"
        found += f"/{_PLACES.get(part.rpartition('-')[0], 'records')}/{part}"
    return found


_PLACES = {
    "negotiation": "negotiations",
    "requirements": "requirements",
    "contract": "contracts",
    "dispute": "disputes",
    "review": "reviews",
    "document": "documents",
    "plan": "plans",
}
OBJECTIVE: Final = "objective-"
_WITHIN_A_CONTRACT: Final = {
    "bills": "credits",
    "credits": "credits",
    "exclusions": "performance/exclusions",
}
