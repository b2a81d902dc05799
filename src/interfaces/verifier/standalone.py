"""The verifier as one file: the sources of its modules in the order in which they rest on another.

Nothing is rewritten. Imports of our own go, those of the standard library and ``cryptography``
stand once at the top; so every name may be defined in one module only, which is checked here.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from interfaces.verifier.manifest import BUNDLE_FORM

ENTRY: Final = "interfaces.verifier.command"
OURS: Final = ("domain", "application", "interfaces")
ALLOWED: Final = "cryptography"
_MANY_BREAKS: Final = re.compile("\n{3,}")
_GAP: Final = "\n\n"
_HEADER: Final = '''\
#!/usr/bin/env python3
"""Parley's offline verifier, in one file, for bundles of the form {form}.

    python3 parley_verify.py BUNDLE --pin PINS [--json] [--event LEAF | --at INSTANT] [--hold FILE]

It needs Python 3.11 or later and the package `cryptography`, and nothing of Parley's. Made by
`parley verifier` out of the modules named below, word for word, without their imports. What
follows this text, line break included, has the SHA-256
{digest}.
"""
'''


class NotOneFile(Exception):  # noqa: N818 - it is said to whoever changed a module
    """The modules cannot stand in one file; the message says which name is in the way."""


def standalone() -> str:
    """Return the source of the verifier as one file; raises NotOneFile."""
    modules = list(_in_order(ENTRY, set()))
    imports: dict[str, set[str]] = {}
    parts: list[str] = []
    _refuse_names_defined_twice(modules)
    for name in modules:
        source = _source(name)
        body, theirs = _without_imports(name, source)
        for module, names in theirs.items():
            imports.setdefault(module, set()).update(names)
        parts.append(f"# {'=' * 98}\n# {name}\n\n{body.strip()}\n")
    head = "".join(_import_line(module, imports[module]) for module in sorted(imports))
    tail = 'if __name__ == "__main__":\n    sys.exit(main())\n'
    body = f"\nfrom __future__ import annotations\n\n{head}\n\n{_GAP.join(parts)}{_GAP}{tail}"
    return _HEADER.format(form=BUNDLE_FORM, digest=sha256(body.encode()).hexdigest()) + body


def modules_of_the_verifier() -> list[str]:
    """Return the modules that the verifier is made of, each after those that it rests on."""
    return list(_in_order(ENTRY, set()))


def _in_order(name: str, seen: set[str]) -> Iterator[str]:
    seen.add(name)
    for node in ast.parse(_source(name)).body:
        if isinstance(node, ast.ImportFrom) and _is_ours(node.module) and node.module not in seen:
            yield from _in_order(str(node.module), seen)
    yield name


def _source(name: str) -> str:
    spec = find_spec(name)
    if spec is None or spec.origin is None:
        raise NotOneFile(f"there is no source of {name}")
    return Path(spec.origin).read_text(encoding="utf-8")


def _without_imports(name: str, source: str) -> tuple[str, dict[str, set[str]]]:
    """Return a module without its imports, and what it imports from elsewhere by module."""
    lines = dict(enumerate(source.splitlines(), start=1))
    theirs: dict[str, set[str]] = {}
    tree = ast.parse(source)
    for node in tree.body:
        if not isinstance(node, ast.Import | ast.ImportFrom):
            continue
        for at in range(node.lineno, (node.end_lineno or node.lineno) + 1):
            del lines[at]
        for module, imported in _imported(name, node):
            theirs.setdefault(module, set()).add(imported)
    inner = (one for node in tree.body for one in ast.walk(node) if one is not node)
    if any(isinstance(one, ast.Import | ast.ImportFrom) for one in inner):
        raise NotOneFile(f"{name} imports inside of something")
    return _MANY_BREAKS.sub("\n\n\n", "\n".join(lines.values())), theirs


def _imported(name: str, node: ast.Import | ast.ImportFrom) -> Iterator[tuple[str, str]]:
    """Yield what an import takes from others, as written; of our own there is nothing to take."""
    if isinstance(node, ast.Import):
        for alias in node.names:
            _refuse_strangers(name, alias.name)
            yield alias.name, ""
    elif not _is_ours(node.module) and node.module != "__future__":
        _refuse_strangers(name, str(node.module))
        for alias in node.names:
            yield (
                str(node.module),
                f"{alias.name} as {alias.asname}" if alias.asname else alias.name,
            )
    elif any(alias.asname for alias in node.names):
        raise NotOneFile(f"{name} gives something of ours another name")


def _refuse_strangers(name: str, module: str) -> None:
    import_root = module.partition(".")[0]
    if import_root in OURS or (
        import_root not in sys.stdlib_module_names and import_root != ALLOWED
    ):
        raise NotOneFile(f"{name} imports {module}")


def _refuse_names_defined_twice(modules: list[str]) -> None:
    homes: dict[str, str] = {}
    imported: dict[str, str] = {}
    for name in modules:
        for node in ast.parse(_source(name)).body:
            for defined in _defined(node):
                if defined in homes:
                    raise NotOneFile(f"{defined} is defined in {homes[defined]} and in {name}")
                homes[defined] = name
            if isinstance(node, ast.Import | ast.ImportFrom):
                for module, what in _imported(name, node):
                    bound = (what or module).rpartition(" as ")[2]
                    origin = f"{module} {what}"
                    if imported.setdefault(bound, origin) != origin:
                        raise NotOneFile(f"{bound} is {imported[bound]}, and {origin}")
    if both := sorted(homes.keys() & imported.keys()):
        raise NotOneFile(f"{both[0]} is imported, and defined in {homes[both[0]]}")


def _defined(node: ast.stmt) -> Iterator[str]:
    match node:
        case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
            yield name
        case ast.Assign(targets=targets):
            names = (one for target in targets for one in ast.walk(target))
            yield from (one.id for one in names if isinstance(one, ast.Name))
        case ast.AnnAssign(target=ast.Name(id=name)):
            yield name
        case ast.Import() | ast.ImportFrom() | ast.Expr(value=ast.Constant()):
            return
        case _:
            raise NotOneFile(f"line {node.lineno} of a module does more than define something")


def _import_line(module: str, names: set[str]) -> str:
    lines = f"import {module}\n" if "" in names else ""
    if wanted := sorted(names - {""}):
        lines += (
            f"from {module} import (\n{''.join(f'    {name},' + chr(10) for name in wanted)})\n"
        )
    return lines


def _is_ours(module: str | None) -> bool:
    return module is not None and module.partition(".")[0] in OURS
