"""A receiver is asked at the very address that was looked at, by its name, within limits."""

from __future__ import annotations

import socket
import ssl
from pathlib import Path

import pytest

from interfaces.notify.asking import NoAnswer, NotAsked, Receivers, receivers
from receivers import HOST, Papers, Receiver, dripping, flooding, receiver, saying

BODY = b'{"type":"webhook.test"}'


class Names:
    """A resolver that answers as it is told, one answer after the other, and counts."""

    def __init__(self, *answers: list[str]) -> None:
        self.answers = list(answers)
        self.asked: list[str] = []

    def __call__(self, host: str, port: int) -> list[str]:
        assert port
        self.asked.append(host)
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


def asking(roots: Path, names: Names | None = None, **told: float) -> Receivers:
    context = ssl.create_default_context(cafile=str(roots))
    if names is None:
        return Receivers(context, loopback=True, **told)
    return Receivers(context, loopback=True, resolve=names, **told)


def test_what_is_sent_arrives_whole_under_the_receiver_s_name(
    there: Receiver, own_papers: Papers
) -> None:
    names = Names(["127.0.0.1"])
    url = f"https://{HOST}:{there.port}/parley/in"
    status = asking(own_papers.roots, names).post(url, {"webhook-id": "notice-1"}, BODY)
    assert status == 204
    assert names.asked == [HOST]
    (message,) = there.heard
    assert message.path == "/parley/in"
    assert message.body == BODY
    assert message.headers["host"] == f"{HOST}:{there.port}"
    assert message.headers["webhook-id"] == "notice-1"


def test_a_certificate_of_another_name_or_of_nobody_known_is_not_believed(
    there: Receiver, own_papers: Papers
) -> None:
    names = Names(["127.0.0.1"])
    with pytest.raises(NoAnswer, match="certificate"):
        asking(own_papers.roots, names).post(f"https://other.example:{there.port}/", {}, BODY)
    with pytest.raises(NoAnswer, match="certificate"):
        receivers(None, loopback=True).post(there.url, {}, BODY)
    assert there.heard == []


@pytest.mark.parametrize(
    "addresses",
    [
        ["127.0.0.1"],
        ["10.0.0.7"],
        ["169.254.169.254"],
        ["::1"],
        ["::ffff:127.0.0.1"],
        ["1.1.1.1", "127.0.0.1"],
        ["2606:4700::1111", "fd00::1"],
    ],
    ids=", ".join,
)
def test_a_name_that_leads_to_anything_but_public_addresses_is_not_asked(
    addresses: list[str], own_papers: Papers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket, "create_connection", _must_not)
    context = ssl.create_default_context(cafile=str(own_papers.roots))
    asked = Receivers(context, resolve=Names(addresses))
    with pytest.raises(NotAsked, match="not public"):
        asked.post(f"https://{HOST}/", {}, BODY)


def _must_not(*_: object, **__: object) -> None:
    raise AssertionError("a connection was tried")


def test_the_connection_goes_to_the_address_that_was_looked_at(
    there: Receiver, own_papers: Papers
) -> None:
    """A name that leads somewhere else a moment later (rebinding) changes nothing."""
    names = Names(["127.0.0.1"], ["10.0.0.7"])
    assert asking(own_papers.roots, names).post(f"https://{HOST}:{there.port}/", {}, BODY) == 204
    assert len(names.asked) == 1


def test_each_delivery_looks_again(there: Receiver, own_papers: Papers) -> None:
    names = Names(["127.0.0.1"], ["10.0.0.7"])
    asked, url = asking(own_papers.roots, names), f"https://{HOST}:{there.port}/"
    assert asked.post(url, {}, BODY) == 204
    with pytest.raises(NotAsked):
        asked.post(url, {}, BODY)
    assert len(there.heard) == 1


@pytest.mark.parametrize(
    "url",
    [
        f"http://{HOST}/",
        f"https://{HOST}:8080/",
        f"https://{HOST}:22/",
        "https://127.0.0.1/",
        "https://127.1/",
        "https://2130706433/",
        "https://0x7f.1/",
        "https://0177.0.0.1/",
        "https://localhost/",
    ],
)
def test_other_schemes_ports_and_ways_to_write_loopback_are_not_asked(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket, "create_connection", _must_not)
    with pytest.raises((NotAsked, NoAnswer)):
        receivers(None, loopback=False).post(url, {}, BODY)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_an_answer_and_is_not_followed(
    status: int, there: Receiver, own_papers: Papers
) -> None:
    there.answer = saying(status, Location="https://127.0.0.1/elsewhere")
    assert asking(own_papers.roots).post(there.url, {}, BODY) == status
    assert len(there.heard) == 1


def test_one_that_drips_its_answer_is_left_at_the_deadline(
    there: Receiver, own_papers: Papers
) -> None:
    there.answer = dripping
    with pytest.raises(NoAnswer, match="in time"):
        asking(own_papers.roots, deadline=0.6).post(there.url, {}, BODY)


def test_one_that_accepts_and_says_nothing_is_left_at_the_deadline(own_papers: Papers) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"https://127.0.0.1:{silent.getsockname()[1]}/"
        with pytest.raises(NoAnswer, match="in time"):
            asking(own_papers.roots, deadline=0.5).post(url, {}, BODY)


def test_a_body_without_end_is_read_to_its_limit_only(there: Receiver, own_papers: Papers) -> None:
    there.answer = flooding
    assert asking(own_papers.roots).post(there.url, {}, BODY) == 200


def test_who_does_not_speak_tls_and_who_is_not_there_gave_no_answer(own_papers: Papers) -> None:
    with receiver(None) as plain:
        url = f"https://127.0.0.1:{plain.port}/"
        with pytest.raises(NoAnswer):
            asking(own_papers.roots).post(url, {}, BODY)
        assert plain.heard == []
    with pytest.raises(NoAnswer):
        asking(own_papers.roots).post(url, {}, BODY)
