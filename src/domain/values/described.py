"""Models whose fields' docstrings are their descriptions, read when a schema is asked for.

pydantic reads them itself (``use_attribute_docstrings``), but as each class is made: the source of
hundreds of classes at every start of every process, for the few that are ever asked to describe
themselves.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from inspect import cleandoc, getsource
from itertools import pairwise
from typing import Any

from pydantic import BaseModel, GetJsonSchemaHandler
from pydantic.fields import FieldInfo
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

Words = Mapping[str, str]


class Described(BaseModel):
    """A model that says of each field, in its JSON Schema, what the docstring below it says."""

    @classmethod
    def __get_pydantic_json_schema__(
        cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """Return the schema with the fields described, save those that say it themselves."""
        schema = handler(core_schema)
        properties = handler.resolve_ref_schema(schema).get("properties", {})
        words = words_of(cls)
        for name, field in cls.model_fields.items():
            shown = next((one for one in _names(name, field) if one in properties), None)
            if shown is not None and name in words:
                properties[shown].setdefault("description", words[name])
        return schema


def words_of(model: type[BaseModel]) -> Words:
    """Return what the docstrings say of a model's fields, its ancestors' included."""
    found: dict[str, str] = {}
    for one in reversed(model.__mro__):
        if issubclass(one, Described) and one is not Described:
            found |= _written(one.__module__).get(one.__qualname__, {})
    return found


def _names(name: str, field: FieldInfo) -> Iterator[str]:
    """Yield the names under which a field may stand in a schema."""
    for alias in (field.serialization_alias, field.validation_alias, field.alias):
        if isinstance(alias, str):
            yield alias
    yield name


@cache
def _written(module: str) -> Mapping[str, Words]:
    """Return the docstrings below the fields of a module's classes, by the class's name."""
    return dict(_classes(ast.parse(getsource(sys.modules[module])), ""))


def _classes(tree: Any, prefix: str) -> Iterator[tuple[str, Words]]:
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            name = f"{prefix}{node.name}"
            yield name, dict(_fields(node))
            yield from _classes(node, f"{name}.")


def _fields(tree: ast.ClassDef) -> Iterator[tuple[str, str]]:
    for field, below in pairwise(tree.body):
        match field, below:
            case (
                ast.AnnAssign(target=ast.Name(id=name)),
                ast.Expr(value=ast.Constant(value=str(words))),
            ):
                yield name, cleandoc(words)
            case _:
                pass
