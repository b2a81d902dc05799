"""Facts about where a party has itself told of things. Stored names: change with care.

Seen by the party's own people alone. That something was sent is no fact, where to send it is.
"""

from __future__ import annotations

from datetime import datetime
from typing import NewType

from domain.decider import fact

WebhookId = NewType("WebhookId", str)


@fact
class WebhookAdded:
    """The party has itself told at an address of its own.

    ``kinds`` are the kinds of notification that go there, none: all. ``key`` is the public key
    that what is sent there is signed with (``whpk_`` and 32 bytes in base64).
    """

    webhook: WebhookId
    url: str
    kinds: tuple[str, ...]
    key: str


@fact
class WebhookSubscribed:
    """Other kinds go there from now on."""

    webhook: WebhookId
    kinds: tuple[str, ...]


@fact
class WebhookKeyRotated:
    """What is sent there is signed with another key; with the one before too, until an instant."""

    webhook: WebhookId
    key: str
    both_until: datetime


@fact
class WebhookDisabled:
    """Nothing is sent there any more: it would not take what was sent, for long."""

    webhook: WebhookId
    because: str


@fact
class WebhookEnabled:
    """It is sent to again."""

    webhook: WebhookId


@fact
class WebhookRemoved:
    """The party no longer has itself told there."""

    webhook: WebhookId


WebhookFact = (
    WebhookAdded
    | WebhookSubscribed
    | WebhookKeyRotated
    | WebhookDisabled
    | WebhookEnabled
    | WebhookRemoved
)
"""What happens to the webhooks of a party."""
