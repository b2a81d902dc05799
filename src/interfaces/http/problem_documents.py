"""How a problem document (RFC 9457) is made, and described to those who read the API's document."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict

MEDIA_TYPE: Final = "application/problem+json"
_PROBLEM: Final = "#/components/schemas/Problem"


class Finding(BaseModel):
    """One of several rules broken, or one of several places that do not fit."""

    rule: str
    place: str
    because: str


class Meanwhile(BaseModel):
    """What somebody recorded after the version the caller knew."""

    version: int
    name: str
    at: str
    by: str
    fact: dict[str, Any]


class Problem(BaseModel):
    """Why the request was not answered with a yes (RFC 9457)."""

    model_config = ConfigDict(extra="allow")

    type: str
    title: str
    status: int
    detail: str
    rule: str
    place: str | None = None
    findings: list[Finding] | None = None
    version: int | None = None
    meanwhile: list[Meanwhile] | None = None


def answer(words: str) -> dict[str, Any]:
    """Describe a problem document as one of an operation's answers."""
    return {"description": words, "content": {MEDIA_TYPE: {"schema": {"$ref": _PROBLEM}}}}


RESPONSES: dict[int | str, dict[str, Any]] = {
    status: answer(words)
    for status, words in {
        400: "It can be read in two ways: a length and chunks, or not one host",
        401: "No token, or not a valid one",
        403: "Your role does not cover this",
        404: "Unknown, or not yours",
        409: "A rule says no",
        412: "Somebody moved before you",
        413: "Too large",
        422: "Not the right shape",
        428: "Say which version you decided on",
        429: "Too many requests, or too many streams: come again",
        503: "Not known whether it was recorded, too contended, or the database does not answer",
    }.items()
}
"""What every operation may answer instead of what was asked for."""

TOO_SLOW: Final = answer("The body came too slowly")
"""What every operation that reads a body may answer, one that is not asked for too."""


def describe(document: dict[str, Any]) -> dict[str, Any]:
    """Add problem documents and what is answered to slow bodies to an OpenAPI document.

    Safe to do again.
    """
    for methods in document["paths"].values():
        for operation in methods.values():
            if _reads_a_body(operation):
                operation["responses"]["408"] = TOO_SLOW
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    schema = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas.update(schema.pop("$defs", {}))
    schemas["Problem"] = schema
    return document


def _reads_a_body(operation: dict[str, Any]) -> bool:
    """Tell whether it takes a body, or a key, which stands for one request with its body."""
    names = {one["name"] for one in operation.get("parameters", ())}
    return "requestBody" in operation or "Idempotency-Key" in names


def problem(
    status: int,
    rule: str,
    title: str,
    detail: str,
    headers: Mapping[str, str] | None = None,
    **more: Any,
) -> JSONResponse:
    """Return a problem document."""
    document = {
        "type": f"urn:parley:problem:{rule}",
        "title": title,
        "status": status,
        "detail": detail,
        "rule": rule,
        **{name: value for name, value in more.items() if value is not None},
    }
    return JSONResponse(document, status, headers=dict(headers or {}), media_type=MEDIA_TYPE)
