"""Streams of a relationship as a page's address names them."""

from __future__ import annotations

from typing import Final

from domain.values.ids import id_pattern

STREAM: Final = f"{id_pattern('relationship')[:-1]}(/[a-z0-9][a-z0-9._~:%-]{{0,199}}){{0,3}}$"
"""A relationship, or what lies up to three steps within one: a contract, its objective, a file."""
