"""Mail by SMTP: one plain letter to one person, over a connection that nobody reads along."""

from __future__ import annotations

import smtplib
import ssl
from contextlib import suppress
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Final

import httpx

from application.notices.store import Notice
from interfaces.notify.telling import letter
from interfaces.settings import Settings

TIMEOUT: Final = 20.0
PERMANENT: Final = 500
"""From this answer of a server on, trying again is of no use."""


class NotTaken(Exception):  # noqa: N818 - it is an answer of the mail server
    """A letter was not taken; ``for_good`` tells that it never will be."""

    def __init__(self, because: str, *, for_good: bool = False) -> None:
        super().__init__(because)
        self.for_good = for_good


@dataclass(frozen=True, slots=True)
class Postbox:
    """A mail server, and how letters are handed to it."""

    settings: Settings
    context: ssl.SSLContext

    def send(self, notice: Notice, to: str) -> None:
        """Send a notice to an address; raises NotTaken."""
        try:
            with self._connected() as server:
                server.send_message(_letter(notice, to, self.settings))
        except smtplib.SMTPRecipientsRefused as refused:
            code = max((one[0] for one in refused.recipients.values()), default=0)
            raise NotTaken(f"the address was refused: {code}", for_good=code >= PERMANENT) from None
        except smtplib.SMTPResponseException as refused:
            # The server's words may hold the address, so only its number is kept.
            raise NotTaken(f"the mail server answered {refused.smtp_code}") from None
        except (smtplib.SMTPException, OSError) as error:
            raise NotTaken(f"the mail server could not be used: {type(error).__name__}") from None

    def _connected(self) -> smtplib.SMTP:
        told = self.settings
        host = told.smtp_host or ""
        if told.smtp_security == "tls":
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                host, told.smtp_port, timeout=TIMEOUT, context=self.context
            )
        else:
            server = smtplib.SMTP(host, told.smtp_port, timeout=TIMEOUT)
        try:
            if told.smtp_security == "starttls":
                server.starttls(context=self.context)
            if told.smtp_user is not None and told.smtp_password is not None:
                server.login(told.smtp_user, told.smtp_password)
        except BaseException:
            with suppress(OSError):
                server.close()
            raise
        return server


def _letter(notice: Notice, to: str, settings: Settings) -> EmailMessage:
    words, text = letter(notice, settings.site[1])
    message = EmailMessage(policy=SMTP)
    message["Subject"] = f"Parley: {words}"
    message["From"] = settings.smtp_from
    message["To"] = to
    message["Date"] = format_datetime(notice.at)
    # The same letter once more has the same name, so that a mailbox can tell.
    message["Message-ID"] = f"<{notice.id}@{settings.origin.split('/')[0]}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text)
    return message


def postbox(settings: Settings) -> Postbox | None:
    """Return the mail server that the settings name; None when they name none."""
    if settings.smtp_host is None:
        return None
    context = (
        httpx.create_ssl_context()
        if settings.smtp_roots is None
        else ssl.create_default_context(cafile=str(settings.smtp_roots))
    )
    return Postbox(settings, context)
