"""What the values of an item look like, and what is said of a wrong number of subscripts."""

from __future__ import annotations

from dataclasses import dataclass

from energyscope.language.diagnostics import ModelError, error
from energyscope.modeldata.symbols import Member


@dataclass(frozen=True)
class Shape:
    """Name of an item, how many subscripts it takes, and whether it holds members.

    `names` are the index columns of its table, `sets` what each subscript is of as the declaration has it, `example`
    one of its keys; they are for messages, and empty where nothing is known. `guessed`: no declaration tells whether it
    holds members, only the look of what was given.
    """

    name: str
    arity: int
    symbolic: bool
    names: tuple[str, ...] = ()
    sets: tuple[str, ...] = ()
    example: tuple[Member, ...] = ()
    guessed: bool = False

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of its table."""
        return (*self.names, self.name)


def wrong_count(shape: Shape, given: int, table: str = "") -> ModelError:
    """The error for a wrong number of subscripts; `table` says where they were found."""
    if not shape.arity:
        help = f"give one {'text' if shape.symbolic else 'number'}"
        return error("subscript-count", None, f"`{shape.name}` takes no subscripts, {given} given{table}", help)
    expected = f"{shape.arity} subscript{'' if shape.arity == 1 else 's'}"
    places = ", ".join(shape.sets or shape.names)
    signature = f": `{shape.name}[{places}]`" if places else ""
    message = f"`{shape.name}` takes {expected}, {given} given{table}{signature}"
    return error("subscript-count", None, message, _key(shape))


def _key(shape: Shape) -> str | None:
    """A key that fits, as Python writes it."""
    if len(shape.example) != shape.arity:
        return "give a value for each key: `{key: value}`, or a table"
    key = shape.example if shape.arity > 1 else shape.example[0]
    return f"a key is for example {key!r}: `{{{key!r}: value}}`, or a table with the columns {quoted(shape.columns)}"


def quoted(names: tuple[object, ...]) -> str:
    """Names in a sentence."""
    return ", ".join(f"`{name}`" for name in names)
