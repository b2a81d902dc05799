"""Why OpenSLO does not say what it does not say."""

from __future__ import annotations

from typing import Final

from interfaces.bridges.telling import Reason

_NO_SLA = "OpenSLO has objectives, and no agreement: nothing of charges, credits and remedies"
_NO_TARGET = "no target of it can be said in OpenSLO"

REASONS: Final = (
    Reason("objectives/*/remedy", _NO_SLA),
    Reason("objectives/*/chronic_failure", "OpenSLO gives no rights"),
    Reason("objectives/*/motivates", "OpenSLO does not say what an objective motivates"),
    Reason("objectives/*/rests_on", "OpenSLO does not say what a service rests on"),
    Reason("objectives/*/partial_periods", "OpenSLO knows whole windows only"),
    Reason("objectives/*/concern_at", "an OpenSLO alert is about a burn rate, not a share used"),
    Reason("objectives/*/measured/missing", "OpenSLO does not say what missing data means"),
    Reason("objectives/*/measured/when_empty", "OpenSLO does not say what an empty window means"),
    Reason("objectives/*/measured/empty_intervals", "OpenSLO does not say what an empty slice is"),
    Reason("objectives/*/measured/shortest_outage", "OpenSLO has no shortest outage"),
    Reason("objectives/*/measured/rule", "a share of values is counted, nothing is read between"),
    Reason("objectives/*/measured/hours", "an OpenSLO clock runs at all hours"),
    Reason("objectives/*/measured/stopped_while", "an OpenSLO clock never stops"),
    Reason("objectives/*/measured/answered_by", "OpenSLO does not say what an answer is"),
    Reason("objectives/*/measured/belongs_to", "OpenSLO does not say when a case counts"),
    Reason("objectives/*/measured/*", "OpenSLO has no place for it"),
    Reason("objectives/*", _NO_TARGET),
    Reason("charges/*", _NO_SLA),
    Reason("budget", _NO_SLA),
    Reason("currency", _NO_SLA),
    Reason("credits", _NO_SLA),
    Reason("calendars/*", "OpenSLO has one window for all hours"),
    Reason("dependencies/*", "OpenSLO does not say what a service rests on"),
    Reason("exclusions/*", "OpenSLO has no exclusions"),
    Reason("reporting", "OpenSLO does not say who reports"),
    Reason("support/*", "OpenSLO has no support levels"),
    Reason("escalation/*/function", "OpenSLO has no stakeholders"),
    Reason("escalation/*", "there is no objective whose alerts would tell them"),
    Reason("stakeholders/*", "OpenSLO has no stakeholders"),
    Reason("reviews", "OpenSLO has no reviews"),
    Reason("clauses/*", "OpenSLO has no clauses"),
    Reason("term", "an OpenSLO objective has no first and last day"),
    Reason("zone", "a rolling window has no zone"),
    Reason("description", "an OpenSLO description has at most 1,050 characters"),
    Reason("amended_in_mid_period", "OpenSLO has no amendments"),
    Reason("schema", "the form of our document"),
)
