"""Reading the YAML files of a bundle: values with the place of each, and refusals that say where and what (BTM101)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.reader import ReaderError

from energyscope.families.btm.bundles.folder import Folder
from energyscope.families.btm.config.places import Document, FieldPath, shortened
from energyscope.families.btm.config.yamlnodes import Composer, Node, Tree
from energyscope.families.btm.refusals import BtmError, problem, refuse
from energyscope.language.diagnostics import Diagnostic
from energyscope.language.source import Source, Span

MAX_BYTES = 300_000
"""Largest file that is read; a configuration takes some ten thousand, and long words are slow to read."""
START = "`gridq init DIR` writes a bundle to start from: site_config.yaml, run_config.yaml and timeseries.parquet"
"""What to do where a bundle, or a file of it, is missing."""

_BREAK = r"[\r\n\x85\u2028\u2029]"
_DIRECTIVE = re.compile(rf"(?:\A|(?<={_BREAK}))%(?!YAML 1\.2[ \t]*(?:#.*)?(?:{_BREAK}|\Z))[^\r\n]*")


def read_yaml(path: str | Path) -> Document:
    """Read a YAML file, local or behind a URL of fsspec.

    Raises BtmError: BTM001 where it is missing, BTM101 where it is no YAML, gives a key twice, or is beyond measure.
    """
    return document(_source(str(path), _bytes(path)))


def document(source: Source) -> Document:
    """The document of a text. Raises BtmError BTM101."""
    tree, found = _tree(source)
    if found:
        raise BtmError(found)
    spans: dict[FieldPath, Span] = {}
    keys: dict[FieldPath, Span] = {}
    data = None if tree is None else _values(tree, (), spans, keys)
    return Document(data, source, spans, keys)


def _tree(source: Source) -> tuple[Tree, list[Diagnostic]]:
    """The nodes of a text and its problems, sorted by place; those before the one that ends the reading included."""
    composer = Composer(source, iter(YAML(typ="safe", pure=True).parse(source.text)))
    try:
        _only_this_version(source)
        return composer.document(), composer.problems
    except BtmError as error:
        return None, [*composer.problems, *error.diagnostics]
    except MarkedYAMLError as error:
        return None, [*composer.problems, *_broken(source, error).diagnostics]
    except ReaderError as error:
        place = Span(source, error.position, error.position + 1)
        message = f"the character U+{ord(source.text[error.position]):04X} is given; printable text is expected"
        return None, [*composer.problems, problem("BTM101", message, "delete it", place)]
    except (YAMLError, ValueError) as error:
        help = "check the escapes in double quotes after this place"
        return None, [*composer.problems, problem("BTM101", f"the YAML is broken: {error}", help, composer.here)]


def _only_this_version(source: Source) -> None:
    """Refuse directives: another version of YAML would give the same text another meaning."""
    if found := _DIRECTIVE.search(source.text):
        message = f"the directive `{shortened(found[0])}` is given; YAML 1.2 without directives is expected"
        raise refuse("BTM101", message, "delete the line", Span(source, *found.span()))


_ADVICE: Mapping[str, str] = {
    r"\t": "indent with spaces, not with tabs",
    "mapping values are not allowed": "check the indentation, and put text that has `: ` in it in quotes",
    "could not find expected ':'": "write `name: value`, and check the indentation",
    "end of stream": "close the quote or bracket that is open",
    "cannot start any token": "put text that begins with a special character in quotes",
    "expected <block end>": "fields of one mapping begin in the same column",
}
"""Part of what the reader says, and what to do about it."""


def _broken(source: Source, error: MarkedYAMLError) -> BtmError:
    """A syntax error in the reader's words, at its place."""
    mark = error.problem_mark or error.context_mark
    place = Span(source, mark.index, mark.index) if mark is not None else None
    said = " ".join(str(part) for part in (error.problem, error.context) if part)
    help = next((advice for part, advice in _ADVICE.items() if part in said), "check indentation, quotes and brackets")
    return refuse("BTM101", f"the YAML is broken: {said}", help, place)


def _values(node: Node, path: FieldPath, spans: dict[FieldPath, Span], keys: dict[FieldPath, Span]) -> Any:
    """The plain values of a tree, with the place of each noted."""
    spans[path] = node.span
    if node.items is not None:
        return [_values(item, (*path, place), spans, keys) for place, item in enumerate(node.items)]
    if node.entries is None:
        return node.scalar
    for entry in node.entries:
        keys[*path, entry.key] = entry.key_span
    return {entry.key: _values(entry.node, (*path, entry.key), spans, keys) for entry in node.entries}


def _bytes(path: str | Path) -> bytes:
    """The bytes of a file, one more than may be read where it is too large."""
    folder, name = Folder.holding(path)
    try:
        folder.require_file(name)
        with folder.fs.open(folder.place(name), "rb") as file:
            return bytes(file.read(MAX_BYTES + 1))
    except FileNotFoundError:
        raise refuse("BTM001", f"there is no file {path}; YAML is expected there", START) from None
    except OSError as failure:
        message = f"{path} cannot be read: {failure.strerror or failure}; YAML is expected there"
        raise refuse("BTM001", message, START) from failure


def _source(name: str, raw: bytes) -> Source:
    """The text of the bytes. Raises BtmError BTM101 where they are too many or not UTF-8."""
    if len(raw) > MAX_BYTES:
        message = f"`{name}` has more than {MAX_BYTES} bytes; a configuration is smaller"
        raise refuse("BTM101", message, "put series into timeseries.parquet", Span(Source(name, ""), 0, 0))
    raw = raw.removeprefix(b"\xef\xbb\xbf")
    try:
        return Source(name, raw.decode("utf-8"), path=Path(name))
    except UnicodeDecodeError as error:
        source = Source(name, raw.decode("latin-1"), error.start, Path(name))
        message = f"the byte 0x{raw[error.start]:02X} is given; UTF-8 is expected"
        place = Span(source, error.start, error.start + 1)
        raise refuse("BTM101", message, "save the file as UTF-8", place) from None
