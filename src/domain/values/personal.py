"""What of a fact is personal: said on the field itself, so that whoever stores it can seal it.

A fact holds personal data in the clear while it is in memory. Stored, such a field is sealed with a
key of the person's own; without that key nobody reads it again, and nothing else of the fact, nor
any digest over what is stored, changes by that.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Personal:
    """Marks a field as personal data: ``details: Annotated[..., Personal(...)]``.

    ``of`` names the field that holds the person's id, in this fact and in ``erased_by``, the kind
    of fact that says, in the same stream, that the data are erased; ``erased`` is what the field
    reads from then on.
    """

    of: str
    erased_by: type
    erased: object
