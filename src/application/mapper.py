"""Facts to stored JSON and back.

The topic of a stored event is its catalogue name and version, ``negotiation.OfferAccepted/1``. An
event of the current version is validated straight from its bytes; an older one passes its
upcasters, pure ``dict -> dict``, first. What is personal in a fact is stored sealed (``sealing``).
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import (
    Annotated,
    Any,
    Final,
    Generic,
    NotRequired,  # typing's own take no generics in 3.11
    TypeVar,
)

from eventsourcing.persistence import (
    Mapper,
    MapperDeserialisationError,
    PersistenceError,
    StoredEvent,
)
from pydantic import Field, TypeAdapter
from pydantic_core import from_json, to_json
from typing_extensions import TypedDict  # the one of typing takes no type parameters in 3.11

from application.errors import OutcomeUnknown, Unavailable
from application.event_catalogue import CATALOGUE, EventCatalogue, EventType
from application.recorded import Recorded
from application.sealing import Place, Sealer, in_the_clear, personal_fields

FactT = TypeVar("FactT")

_FACT: Final = b',"fact":'


class Stored(TypedDict, Generic[FactT]):
    """What is stored of an event beside its stream, version and topic, in the order it is written.

    A dictionary and no model: an event is read far more often than anything else is done here.
    """

    at: datetime
    by: str
    party: NotRequired[Annotated[str | None, Field(alias="for")]]
    key: str
    fact: FactT


@dataclass(frozen=True, slots=True)
class Form:
    """How one kind of fact is stored, and whether anything in it is personal."""

    envelope: TypeAdapter[Stored[Any]]
    personal: bool


@cache
def form_of(fact_class: type) -> Form:
    """Return the stored form of one kind of fact; built once, since building is slow."""
    envelope: TypeAdapter[Stored[Any]] = TypeAdapter(Stored[fact_class])  # type: ignore[valid-type]
    return Form(envelope, bool(personal_fields(fact_class)))


Read = Callable[[bytes], Stored[Any]]


@cache
def _reading(catalogue: EventCatalogue, topic: str) -> tuple[EventType, int, Form, Read | None]:
    """Return how a topic is read: kind, version, form, and how if its bytes are valid as stored.

    Looked up once, for most of what is read is read so.
    """
    kind, version = catalogue.of_topic(topic)
    form = form_of(kind.fact)
    as_it_is = version == kind.version and not form.personal
    return kind, version, form, form.envelope.validator.validate_json if as_it_is else None


class FactMapper(Mapper[str]):
    """The library's mapper seam, with our catalogue, our versions and typed decoding."""

    catalogue: EventCatalogue = CATALOGUE
    sealer: Sealer
    """Set by whoever makes the mapper; needed only where facts are personal."""

    def to_stored_event(self, domain_event: Any) -> StoredEvent:
        """Encode an event; raises KeyError for a fact that the catalogue does not name."""
        event: Recorded = domain_event
        kind = self.catalogue.of_fact(event.fact)
        form = form_of(kind.fact)
        stored: Stored[Any] = {
            "at": event.at,
            "by": event.by,
            "party": event.party,
            "key": event.key,
            "fact": event.fact,
        }
        # Of the fact nothing is left out: a field that is none has to be there when it is read.
        nobody = {"party"} if event.party is None else None
        if form.personal:
            document = form.envelope.dump_python(stored, mode="json", by_alias=True, exclude=nobody)
            self.sealer.seal(_place(event), event.fact, document["fact"])
            state = to_json(document)
        else:
            state = form.envelope.dump_json(stored, by_alias=True, exclude=nobody)
        if self.compressor:
            state = self.compressor.compress(state)
        if self.cipher:
            state = self.cipher.encrypt(state)
        return StoredEvent(event.originator_id, event.originator_version, kind.topic, state)

    def to_domain_event(self, stored_event: StoredEvent) -> Recorded:
        """Decode an event; raises MapperDeserialisationError naming the event that will not.

        That the key ring could not be asked is no fault of the event's, and is raised as it is.
        """
        try:
            body, text = self._read(stored_event)
        except (PersistenceError, OutcomeUnknown, Unavailable):
            raise
        except Exception as error:
            raise MapperDeserialisationError(
                f"{stored_event.originator_id} version {stored_event.originator_version} "
                f"({stored_event.topic}): {error}"
            ) from error
        return Recorded(
            str(stored_event.originator_id),
            stored_event.originator_version,
            body["at"],
            body["by"],
            body.get("party"),
            body["key"],
            body["fact"],
            text,
        )

    def is_sealed(self, stored_event: StoredEvent) -> bool:
        """Tell whether an event is of a kind that holds something personal."""
        return form_of(self.catalogue.of_topic(stored_event.topic)[0].fact).personal

    def holds_in_the_clear(self, stored_event: StoredEvent, subject: str) -> bool:
        """Tell whether a stored event names somebody unsealed, as older versions did."""
        kind, version = self.catalogue.of_topic(stored_event.topic)
        if not form_of(kind.fact).personal:
            return False
        body = from_json(self._state(stored_event))
        fact = self.catalogue.upcast(kind, version, body["fact"])
        return in_the_clear(kind.fact, fact, subject)

    def _read(self, stored_event: StoredEvent) -> tuple[Stored[Any], bytes | None]:
        state = self._state(stored_event)
        kind, version, form, as_it_is = _reading(self.catalogue, stored_event.topic)
        if as_it_is is not None:
            return as_it_is(state), state
        body = from_json(state)
        fact = self.catalogue.upcast(kind, version, body["fact"])
        if form.personal:
            old = version < kind.version
            self.sealer.open(_place(stored_event), kind.fact, fact, old=old)
        body["fact"] = fact
        return form.envelope.validate_python(body), None

    def _state(self, stored_event: StoredEvent) -> bytes:
        state = stored_event.state
        if self.cipher:
            state = self.cipher.decrypt(state)
        if self.compressor:
            state = self.compressor.decompress(state)
        return state


def _place(event: Recorded | StoredEvent) -> Place:
    return Place(str(event.originator_id), event.originator_version)


@cache
def _adapter(fact_class: type[Hashable]) -> TypeAdapter[Any]:
    return TypeAdapter(fact_class)


def fact_document(fact: Hashable) -> dict[str, Any]:
    """Return a fact as JSON that may be copied elsewhere: what is personal is left out."""
    personal = {field.name for field in personal_fields(type(fact))} or None
    adapter = _adapter(type(fact))
    document: dict[str, Any] = adapter.dump_python(fact, mode="json", exclude=personal)
    return document


def fact_json(event: Recorded) -> bytes:
    """Return the same of a recorded fact as text; as it is stored, where nothing is personal."""
    if event.stored is None:
        return to_json(fact_document(event.fact))
    # The fact is written last, and inside of a text there is no quotation mark without a stroke.
    begin = event.stored.find(_FACT)
    if begin < 0:  # somebody else wrote it, with spaces
        return to_json(from_json(event.stored)["fact"])
    return event.stored[begin + len(_FACT) : -1]
