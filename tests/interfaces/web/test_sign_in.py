"""Signing in and out, and what a form has to carry to count."""

from __future__ import annotations

from http_world import Cast
from web_world import ORIGIN, WebWorld


def test_whoever_is_not_signed_in_is_sent_to_sign_in_and_comes_back(pages: WebWorld) -> None:
    visitor = pages.stranger()
    asked = visitor.get("/relationships?after=x")
    assert asked.path == "/sign-in"
    assert asked.form("as").fields["back"] == ["/relationships?after=x"]


def test_signing_in_never_leads_to_another_site(pages: WebWorld) -> None:
    for elsewhere in ("https://evil.example/", "//evil.example/", "/\\evil.example"):
        sheet = pages.stranger().get(f"/sign-in?back={elsewhere}")
        assert sheet.form("as").fields["back"] == ["/"]


def test_signing_out_ends_the_session_itself(pages: WebWorld, cast: Cast) -> None:
    visitor = pages.stranger()
    sheet = visitor.get("/sign-in").submit("as", subject=f"{cast.provider.name}-legal")
    kept = dict(visitor.cookies)
    assert sheet.submit("sign-out", everywhere="").path == "/sign-in"
    visitor.cookies = kept
    assert visitor.get("/").path == "/sign-in", "the cookie alone is worth nothing"


def test_signing_out_everywhere_ends_every_session(pages: WebWorld, cast: Cast) -> None:
    subject = f"{cast.provider.name}-finance"
    one, other = pages.stranger(), pages.stranger()
    one.get("/sign-in").submit("as", subject=subject)
    sheet = other.get("/sign-in").submit("as", subject=subject)
    sheet.submit("sign-out", everywhere="yes")
    assert one.get("/").path == "/sign-in"


def test_a_form_of_another_session_or_site_does_not_count(pages: WebWorld, cast: Cast) -> None:
    visitor = pages.as_(f"{cast.provider.name}-legal")
    form = visitor.get("/").form("sign-out").fields
    stolen = {**form, "form_token": ["of-another-session"]}
    same = {"Origin": ORIGIN}
    assert visitor.raw("POST", "/sign-out", data=stolen, headers=same).status_code == 403
    for headers in (
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ):
        assert visitor.raw("POST", "/sign-out", data=dict(form), headers=headers).status_code == 403
    assert visitor.get("/").path == "/"


def test_every_answer_carries_the_headers(pages: WebWorld, cast: Cast) -> None:
    visitor = pages.as_(f"{cast.client.name}-negotiator")
    for path in ("/", "/sign-in", "/nowhere", f"/relationships/{cast.relationship}"):
        headers = visitor.get(path).headers
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cache-control"] == "no-store"
