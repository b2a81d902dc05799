"""Facts to stored JSON and back.

The topic of a stored event is its catalogue name and version, ``negotiation.OfferAccepted/1``. An
event of the current version is validated straight from its bytes; an older one passes its
upcasters, pure ``dict -> dict``, first.
"""

from __future__ import annotations

from collections.abc import Hashable
from datetime import datetime
from functools import cache
from typing import Any

from eventsourcing.persistence import Mapper, MapperDeserialisationError, StoredEvent
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, create_model
from pydantic_core import from_json

from application.event_catalogue import CATALOGUE, EventCatalogue
from application.recorded import Recorded


class Body(BaseModel):
    """What is stored of an event beside its stream, version and topic."""

    model_config = ConfigDict(populate_by_name=True)

    at: datetime
    by: str
    party: str | None = Field(default=None, alias="for")
    key: str
    fact: Any


@cache
def body_of(fact_class: type) -> type[Body]:
    """Return the stored form of one kind of fact; built once, since building is slow."""
    return create_model(f"Stored{fact_class.__name__}", __base__=Body, fact=(fact_class, ...))


class FactMapper(Mapper[str]):
    """The library's mapper seam, with our catalogue, our versions and typed decoding."""

    catalogue: EventCatalogue = CATALOGUE

    def to_stored_event(self, domain_event: Any) -> StoredEvent:
        """Encode an event; raises KeyError for a fact that the catalogue does not name."""
        event: Recorded = domain_event
        kind = self.catalogue.of_fact(event.fact)
        body = body_of(kind.fact).model_construct(
            at=event.at, by=event.by, party=event.party, key=event.key, fact=event.fact
        )
        # Of the fact nothing is left out: a field that is none has to be there when it is read.
        nobody = {"party"} if event.party is None else None
        state = body.model_dump_json(by_alias=True, exclude=nobody).encode()
        if self.compressor:
            state = self.compressor.compress(state)
        if self.cipher:
            state = self.cipher.encrypt(state)
        return StoredEvent(event.originator_id, event.originator_version, kind.topic, state)

    def to_domain_event(self, stored_event: StoredEvent) -> Recorded:
        """Decode an event; raises MapperDeserialisationError naming the event that will not."""
        try:
            state = stored_event.state
            if self.cipher:
                state = self.cipher.decrypt(state)
            if self.compressor:
                state = self.compressor.decompress(state)
            body = self._read(stored_event.topic, state)
        except Exception as error:
            raise MapperDeserialisationError(
                f"{stored_event.originator_id} version {stored_event.originator_version} "
                f"({stored_event.topic}): {error}"
            ) from error
        return Recorded(
            str(stored_event.originator_id),
            stored_event.originator_version,
            body.at,
            body.by,
            body.party,
            body.key,
            body.fact,
        )

    def _read(self, topic: str, state: bytes) -> Body:
        kind, version = self.catalogue.of_topic(topic)
        if version == kind.version:
            return body_of(kind.fact).model_validate_json(state)
        body = from_json(state)
        body["fact"] = self.catalogue.upcast(kind, version, body["fact"])
        return body_of(kind.fact).model_validate(body)


@cache
def _adapter(fact_class: type[Hashable]) -> TypeAdapter[Any]:
    return TypeAdapter(fact_class)


def fact_document(fact: Hashable) -> dict[str, Any]:
    """Return a fact as the JSON document that is stored of it."""
    document: dict[str, Any] = _adapter(type(fact)).dump_python(fact, mode="json")
    return document
