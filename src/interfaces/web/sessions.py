"""Who is signed in: a secret in a cookie, its digest in the database, two limits of time.

A session ends twelve hours after it began, or when nothing was asked for two hours; signing out
ends it at once, in every tab. Source: OWASP, Session Management Cheat Sheet.
"""

from __future__ import annotations

import hmac
import secrets
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final, Protocol

from interfaces.identity.code_flow import Begun

LONGEST: Final = timedelta(hours=12)
IDLE: Final = timedelta(hours=2)
ON_ITS_WAY: Final = timedelta(minutes=10)
NOTED: Final = timedelta(minutes=1)
"""How exactly it is kept when somebody was last seen: not every request has to write."""


@dataclass(frozen=True, slots=True)
class Session:
    """A session that holds: whose it is, and the secret that its holder's browser keeps."""

    identity: str
    secret: str

    @property
    def form_token(self) -> str:
        """Return what every form of this session carries, so that no other site can send one."""
        keyed = hmac.digest(self.secret.encode(), b"parley form", "sha256")
        return urlsafe_b64encode(keyed).decode().rstrip("=")

    def issued(self, token: str) -> bool:
        """Tell whether a form was made for this session."""
        return hmac.compare_digest(self.form_token.encode(), token.encode())


@dataclass(frozen=True, slots=True)
class Kept:
    """A session as it is kept (instants in UTC)."""

    identity: str
    began_at: datetime
    seen_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class SignIn:
    """A sign-in at the provider that is on its way, and the page to go on at afterwards."""

    verifier: str
    nonce: str
    back: str
    ends_at: datetime


class SessionStore(Protocol):
    """Keeps sessions by the digest of their secret."""

    def keep(self, digest: bytes, kept: Kept) -> None:
        """Keep a new session."""
        ...

    def find(self, digest: bytes) -> Kept | None:
        """Return a session, or None."""
        ...

    def saw(self, digest: bytes, at: datetime) -> None:
        """Note that a session's holder asked for something."""
        ...

    def drop(self, digest: bytes) -> None:
        """Forget a session."""
        ...

    def drop_all(self, identity: str) -> None:
        """Forget every session of an identity."""
        ...

    def sweep(self, now: datetime) -> None:
        """Forget the sessions, and the sign-ins on their way, that are over."""
        ...

    def open(self, digest: bytes, on_its_way: SignIn) -> None:
        """Keep a sign-in that is on its way."""
        ...

    def take(self, digest: bytes, now: datetime) -> SignIn | None:
        """Return a sign-in that is on its way, once."""
        ...


class Sessions:
    """Begins, finds and ends sessions."""

    def __init__(self, store: SessionStore) -> None:
        self._store = store

    def begin(self, identity: str, now: datetime) -> Session:
        """Begin a session under a fresh secret; whatever was there before is not taken over."""
        self._store.sweep(now)
        session = Session(identity, secrets.token_urlsafe(32))
        self._store.keep(_digest(session.secret), Kept(identity, now, now, now + LONGEST))
        return session

    def find(self, secret: str | None, now: datetime) -> Session | None:
        """Return the session that a cookie speaks of, if it holds."""
        if not secret:
            return None
        digest = _digest(secret)
        kept = self._store.find(digest)
        if kept is None or now >= kept.ends_at or now - kept.seen_at >= IDLE:
            return None
        if now - kept.seen_at >= NOTED:
            self._store.saw(digest, now)
        return Session(kept.identity, secret)

    def end(self, session: Session) -> None:
        """End one session."""
        self._store.drop(_digest(session.secret))

    def end_all(self, session: Session) -> None:
        """End every session of its holder, on every machine."""
        self._store.drop_all(session.identity)

    def set_out(self, begun: Begun, back: str, now: datetime) -> None:
        """Remember a sign-in that is on its way to the provider."""
        self._store.sweep(now)
        on_its_way = SignIn(begun.verifier, begun.nonce, back, now + ON_ITS_WAY)
        self._store.open(_digest(begun.state), on_its_way)

    def come_back(self, state: str, now: datetime) -> tuple[Begun, str] | None:
        """Return the sign-in that comes back under a state, and where to go on; once."""
        found = self._store.take(_digest(state), now)
        if found is None:
            return None
        return Begun(state, found.verifier, found.nonce), found.back


def _digest(secret: str) -> bytes:
    return sha256(secret.encode()).digest()
