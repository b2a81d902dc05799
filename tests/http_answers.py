"""What an answer has to be."""

from __future__ import annotations

from typing import Any

import httpx

Json = dict[str, Any]


def done(response: httpx.Response, status: int = 200) -> Json:
    """Return the document of an answer that says yes."""
    assert response.status_code == status, f"{response.status_code}: {response.text}"
    document: Json = response.json()
    return document


def problem(response: httpx.Response, status: int, rule: str) -> Json:
    """Return the problem document of an answer that says no by this rule."""
    document: Json = response.json()
    assert (response.status_code, document["rule"]) == (status, rule), document
    assert response.headers["content-type"] == "application/problem+json"
    return document
