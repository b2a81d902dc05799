"""Why Prometheus does not say what it does not say."""

from __future__ import annotations

from typing import Final

from interfaces.bridges.telling import Reason

_NO_MONEY = "Prometheus knows no money"
_WORDS = "words for people: the query stands for them"

REASONS: Final = (
    Reason("objectives/*/remedy", "what a miss costs is worked out from the terms"),
    Reason("objectives/*/chronic_failure", "a right of the client is not watched by a monitor"),
    Reason("objectives/*/motivates", "words for people"),
    Reason("objectives/*/rests_on", "the rules look at the result, not at what it rests on"),
    Reason("objectives/*/partial_periods", "the rules look back over whole periods only"),
    Reason("objectives/*/concern_at", "there is no error budget of which a share could be used"),
    Reason("objectives/*/measured/source", _WORDS),
    Reason("objectives/*/measured/by_whom", "whoever runs these rules measures"),
    Reason("objectives/*/measured/shortest_outage", "an outage counts here however short it is"),
    Reason("objectives/*/measured/down_above", "the query itself says when a check is down"),
    Reason("objectives/*/measured/slice", "Prometheus counts in milliseconds"),
    Reason("objectives/*/measured/interval", "Prometheus counts in milliseconds"),
    Reason("objectives/*/measured/missing", "what is missing is left out here"),
    Reason("objectives/*/measured/when_empty", "without an event there is no result to watch"),
    Reason("objectives/*/measured/rule", "a histogram is read in proportion between its buckets"),
    Reason("objectives/*/measured/hours", "the clock here runs at all hours"),
    Reason("objectives/*/measured/stopped_while", "the clock here never stops"),
    Reason("objectives/*/measured/belongs_to", "a case counts when it is counted"),
    Reason("objectives/*/measured/*", _WORDS),
    Reason("objectives/*", "no target of it can be watched"),
    Reason("charges/*", _NO_MONEY),
    Reason("budget", _NO_MONEY),
    Reason("currency", _NO_MONEY),
    Reason("credits", _NO_MONEY),
    Reason("dependencies/*", "the rules look at the result, not at what it rests on"),
    Reason("calendars/*/source", "words for people"),
    Reason("calendars/*", "no target that is watched keeps these hours"),
    Reason("exclusions/*", "an excused outage still raises an alarm"),
    Reason("reporting", "a monitor does not report"),
    Reason("support/*", "cases are not series"),
    Reason("escalation/*/function", "an alert names the role"),
    Reason("escalation/*", "nothing is watched that could be escalated"),
    Reason("stakeholders/*", "words for people"),
    Reason("reviews", "meetings are not watched"),
    Reason("clauses/*", "words for people"),
    Reason("term", "the rules run from when they are loaded until they are taken away"),
    Reason("zone", "periods here have no first day"),
    Reason("amended_in_mid_period", "new rules take effect when they are loaded"),
    Reason("schema", "the form of our document"),
    Reason("description", "words for people"),
    Reason("title", "nothing is watched"),
    Reason("provider", "nothing is watched"),
    Reason("client", "nothing is watched"),
    Reason("service", "nothing is watched"),
)
