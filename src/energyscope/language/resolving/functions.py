"""The built-in functions as the resolver sees them: how many arguments, which one is a set, which give text."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Signature:
    """Fewest and most arguments (None: any number), the place of a set argument, whether the value is text."""

    fewest: int
    most: int | None
    set_place: int | None = None
    ordered: bool = False
    gives_text: bool = False

    @property
    def expected(self) -> str:
        """`1 argument`, `2 to 3 arguments`, `at least 1 argument`."""
        if self.most is None:
            return f"at least {_arguments(self.fewest)}"
        return _arguments(self.fewest) if self.most == self.fewest else f"{self.fewest} to {_arguments(self.most)}"


def _arguments(count: int) -> str:
    return f"{count} argument" if count == 1 else f"{count} arguments"


_ONE = Signature(1, 1)

SIGNATURES: dict[str, Signature] = {
    **dict.fromkeys(("abs", "ceil", "exp", "floor", "log", "log10", "sqrt"), _ONE),
    **dict.fromkeys(("acos", "acosh", "asin", "asinh", "atanh", "cos", "cosh", "sin", "sinh", "tan", "tanh"), _ONE),
    **dict.fromkeys(("length", "num", "num0", "ichar"), _ONE),
    "atan": Signature(1, 2),
    "atan2": Signature(2, 2),
    "max": Signature(1, None),
    "min": Signature(1, None),
    "precision": Signature(2, 2),
    "round": Signature(1, 2),
    "trunc": Signature(1, 2),
    "card": Signature(1, 1, set_place=0),
    "arity": Signature(1, 1, set_place=0),
    "first": Signature(1, 1, set_place=0, ordered=True),
    "last": Signature(1, 1, set_place=0, ordered=True),
    "ord": Signature(1, 2, set_place=1, ordered=True),
    "ord0": Signature(1, 2, set_place=1, ordered=True),
    "next": Signature(1, 3, set_place=1, ordered=True),
    "nextw": Signature(1, 3, set_place=1, ordered=True),
    "prev": Signature(1, 3, set_place=1, ordered=True),
    "prevw": Signature(1, 3, set_place=1, ordered=True),
    "member": Signature(2, 2, set_place=1, ordered=True),
    "substr": Signature(2, 3, gives_text=True),
    "match": Signature(2, 2),
    "char": Signature(1, 1, gives_text=True),
    "sprintf": Signature(1, None, gives_text=True),
}
