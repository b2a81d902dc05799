"""Mail reaches who wants it, over a secured connection, and says what without the content."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import Message
from pathlib import Path
from typing import Any, Final

import psycopg
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from agreements import simple_terms
from application.notices.store import Notice
from domain.values.sides import Side
from http_answers import done
from http_cast import Cast, offer, open_negotiation
from http_world import World, open_world
from interfaces.notify.mailing import NotTaken, postbox
from interfaces.settings import Settings, SettingsError, read_settings
from receivers import Papers

SENDER: Final = "parley@northwind.example"


@dataclass
class Postman:
    """A mail server that keeps what it takes, and answers as it is told to."""

    port: int = 0
    answer: str = "250 taken"
    refuses: str = ""
    letters: list[tuple[str, Message]] = field(default_factory=list)
    secured: list[bool] = field(default_factory=list)

    async def handle_RCPT(  # noqa: N802 - the server's own name for it
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _: list[str]
    ) -> str:
        if self.refuses:
            return self.refuses
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802 - the server's own name for it
        self, _server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        if self.answer.startswith("250"):
            content = envelope.content
            assert isinstance(content, bytes)
            self.letters.append((envelope.rcpt_tos[0], message_from_bytes(content)))
            self.secured.append(session.ssl is not None)
        return self.answer


def known(
    _server: SMTP, _session: Session, _envelope: Envelope, _how: str, data: Any
) -> AuthResult:
    right = isinstance(data, LoginPassword) and data.password == b"open sesame"
    return AuthResult(success=right, handled=right)


@contextmanager
def postman(papers: Papers | None, *, from_the_first_byte: bool = False) -> Iterator[Postman]:
    """Lend a mail server on loopback, with STARTTLS or TLS if it has papers."""
    lent, told = Postman(), dict[str, Any]()
    if papers is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(papers.certificate, papers.key)
        if from_the_first_byte:
            told["ssl_context"] = context
        else:
            told |= {"tls_context": context, "require_starttls": True}
            told |= {"authenticator": known, "auth_required": True}
    controller = Controller(lent, hostname="127.0.0.1", port=free_port(), **told)
    controller.start()
    lent.port = controller.port
    try:
        yield lent
    finally:
        controller.stop()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


@pytest.fixture
def post(own_papers: Papers) -> Iterator[Postman]:
    with postman(own_papers) as lent:
        yield lent


@pytest.fixture
def world(database: str, tmp_path: Path, own_papers: Papers, post: Postman) -> Iterator[World]:
    told = {
        "smtp_host": "127.0.0.1",
        "smtp_port": post.port,
        "smtp_from": SENDER,
        "smtp_roots": own_papers.roots,
        "smtp_user": "parley",
        "smtp_password": "open sesame",
    }
    with open_world(database, tmp_path, **told) as opened:
        yield opened


@pytest.fixture
def cast(world: World) -> Cast:
    return world.cast()


def make_an_offer(world: World, cast: Cast) -> None:
    negotiation = str(open_negotiation(cast)["id"])
    offer(cast, Side.PROVIDER, negotiation, simple_terms())
    world.settle()


def send(world: World, **forward: float) -> int:
    world.clock.forward(**forward)
    sent = 0
    while count := world.house.telling.delivering.round():
        sent += count
    return sent


def drain(world: World, post: Postman) -> None:
    """Send what the cast's own coming on leads to."""
    send(world)
    post.letters.clear()


def test_an_offer_is_told_by_mail_and_the_letter_holds_nothing_of_it(
    world: World, cast: Cast, post: Postman
) -> None:
    drain(world, post)
    make_an_offer(world, cast)
    send(world)
    ((to, letter),) = post.letters
    assert to == "client-negotiator@example.org"
    assert post.secured == [True] * len(post.secured)
    assert letter["Subject"] == "Parley: You have received an offer"
    assert letter["From"] == SENDER
    assert letter["Message-ID"].startswith("<notice-")
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter.get_content_type() == "text/plain"
    raw = letter.get_payload(decode=True)
    assert isinstance(raw, bytes)
    text = raw.decode()
    assert f"/relationships/{cast.relationship}/negotiations/" in text
    for secret in ("Order management", "12000", "99.5", "Provider"):
        assert secret not in text


def test_who_does_not_want_it_is_not_written_to(world: World, cast: Cast, post: Postman) -> None:
    drain(world, post)
    said = {"mail": {"offer.received": False}}
    done(cast.client["negotiator"].put("/notification-wishes", said))
    make_an_offer(world, cast)
    assert send(world) == 0
    assert post.letters == []


def test_a_letter_that_is_not_taken_now_is_sent_again_under_the_same_name(
    world: World, cast: Cast, post: Postman
) -> None:
    drain(world, post)
    make_an_offer(world, cast)
    post.answer = "451 come back later"
    assert send(world) == 1
    assert dict(world.house.telling.deliveries.waiting()) == {"waiting": 1}
    post.answer = "250 taken"
    assert send(world, minutes=1) == 1
    assert len(post.letters) == 1
    assert dict(world.house.telling.deliveries.waiting()) == {}


def test_an_address_that_is_refused_for_good_is_not_tried_again(
    world: World, cast: Cast, post: Postman
) -> None:
    drain(world, post)
    make_an_offer(world, cast)
    post.refuses = "550 nobody of that name"
    assert send(world) == 1
    assert send(world, days=10) == 0
    assert dict(world.house.telling.deliveries.waiting()) == {"dead": 1}


def test_somebody_who_left_is_not_written_to_and_once_erased_nothing_is_kept(
    world: World, cast: Cast, post: Postman
) -> None:
    drain(world, post)
    make_an_offer(world, cast)
    administrator, person = cast.client["administrator"], cast.client.persons["negotiator"]
    path = f"{cast.client.path}/representatives/{person}"
    done(administrator.delete(path, if_match="*"))
    assert send(world) == 1
    assert post.letters == []
    assert dict(world.house.telling.deliveries.waiting()) == {"dropped": 1}
    done(administrator.post(f"{path}/erasure", if_match="*"))
    world.settle()
    assert everything_about(world, person) == []


def everything_about(world: World, person: str) -> list[str]:
    """Return the tables of notifications that still name somebody."""
    columns = {
        "notice_readers": "person",
        "notice_wishes": "person",
        "calendar_feeds": "person",
        "notice_deliveries": "target",
    }
    with psycopg.connect(world.database) as connection:
        return [
            table
            for table, column in columns.items()
            if connection.execute(f"SELECT FROM {table} WHERE {column} = %s", (person,)).fetchone()
        ]


def test_no_address_of_anybody_is_kept_beside_the_sealed_details(
    world: World, cast: Cast, post: Postman
) -> None:
    make_an_offer(world, cast)
    post.answer = "451 client-negotiator@example.org has no room"
    send(world)
    with psycopg.connect(world.database) as connection:
        tables = connection.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
        ).fetchall()
        for (table,) in tables:
            found = connection.execute(
                f"SELECT 1 FROM {table} t WHERE t::text LIKE '%@example.org%' LIMIT 1"
            ).fetchone()
            assert found is None, table


NOTICE: Final = Notice(
    "notice-00000000000000000000000001",
    "due.soon",
    "party-1",
    None,
    "relationship-1/contract-1",
    None,
    datetime(2026, 4, 1, tzinfo=UTC),
)


def settings_for(post: Postman, papers: Papers, **changes: Any) -> Settings:
    told = {"smtp_host": "127.0.0.1", "smtp_port": post.port, "smtp_from": SENDER}
    return Settings.model_validate({**told, "smtp_roots": papers.roots, **changes})


def test_tls_from_the_first_byte_does_too(own_papers: Papers) -> None:
    with postman(own_papers, from_the_first_byte=True) as there:
        box = postbox(settings_for(there, own_papers, smtp_security="tls"))
        assert box is not None
        box.send(NOTICE, "ada@northwind.example")
        assert [to for to, _ in there.letters] == ["ada@northwind.example"]


def test_a_server_that_cannot_secure_the_connection_or_show_who_it_is_gets_no_letter(
    own_papers: Papers, post: Postman
) -> None:
    with postman(None) as plain:
        box = postbox(settings_for(plain, own_papers))
        assert box is not None
        with pytest.raises(NotTaken):
            box.send(NOTICE, "ada@northwind.example")
        assert plain.letters == []
    unknown = postbox(settings_for(post, own_papers, smtp_roots=None))
    assert unknown is not None
    with pytest.raises(NotTaken, match="SSLCertVerificationError"):
        unknown.send(NOTICE, "ada@northwind.example")
    assert post.letters == []


def test_a_wrong_password_is_said_by_its_number_alone(own_papers: Papers, post: Postman) -> None:
    told = {"smtp_user": "parley", "smtp_password": "wrong"}
    box = postbox(settings_for(post, own_papers, **told))
    assert box is not None
    with pytest.raises(NotTaken, match="the mail server answered 535"):
        box.send(NOTICE, "ada@northwind.example")


@pytest.mark.parametrize(
    ("told", "says"),
    [
        ({"PARLEY_SMTP_HOST": "mail.example"}, "PARLEY_SMTP_FROM"),
        (
            {
                "PARLEY_SMTP_HOST": "mail.example",
                "PARLEY_SMTP_FROM": SENDER,
                "PARLEY_SMTP_SECURITY": "none",
            },
            "for all to read",
        ),
        (
            {
                "PARLEY_SMTP_HOST": "mail.example",
                "PARLEY_SMTP_FROM": SENDER,
                "PARLEY_SMTP_USER": "parley",
            },
            "go together",
        ),
        (
            {
                "PARLEY_ENV": "production",
                "PARLEY_OIDC_ISSUER": "https://id.example",
                "PARLEY_WEBHOOK_LOOPBACK": "true",
            },
            "development alone",
        ),
    ],
)
def test_settings_that_would_give_letters_away_are_refused(told: dict[str, str], says: str) -> None:
    with pytest.raises(SettingsError, match=says):
        read_settings(told)
