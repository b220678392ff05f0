"""Names of rows and columns in the spelling of a file format."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

from energyscope.program.blocks import ConstraintBlock, Program, VariableBlock
from energyscope.program.labels import Labels, block_labels

LONGEST_NAME = 255
"""Bytes that readers of both formats take."""
ESCAPE = "~"
"""Begins every change of a name: `~20` for a blank, `~end` for a name that cannot begin so, `~#7` for a long name."""


CONSTANT = f"{ESCAPE}constant"
"""The column fixed at 1 that carries the constant of the objective: readers of LP do not all take a bare number there,
and those of MPS do not agree on its sign."""
UPPER = f"{ESCAPE}upper"
"""Put behind the name of a double inequality for its upper side, where a format has one side a row."""


@dataclass(frozen=True)
class Dialect:
    """What a format allows.

    `kept` are the characters that stay (others become `~` and two hexadecimal digits of each UTF-8 byte), `brackets`
    are put around subscripts, `misread` are beginnings of names that it reads as something else. `room` is what the
    writer may put behind the name of a row.
    """

    kept: re.Pattern[str]
    brackets: str
    misread: re.Pattern[str]
    comment: str
    room: int = 0


MPS = Dialect(
    re.compile(r"[^\s~\x00-\x1f\x7f]"),
    "[]",
    re.compile(
        r"(?:name|objsense|objname|max|min|rows|columns|rhs|ranges?|bounds?|endata|marker|sos[12]?|quadobj|qmatrix"
        r"|qsection|qcmatrix|csection|indicators|usercuts|lazycons|delayedrows|modelcuts)\Z|[*]",
        re.IGNORECASE,
    ),
    "* ",
)
"""Free MPS: anything but white space, and no word that names a section."""
_LP_WORDS = (
    *("minimize", "minimise", "minimum", "maximize", "maximise", "maximum", "subject", "such", "st", "s.t.", "free"),
    *("bounds", "generals", "integers", "binary", "binaries", "semis", "semi-continuous", "sos1", "sos2", "end"),
)
_PARTS = sorted({re.escape(word[:length]) for word in _LP_WORDS for length in range(1, len(word) + 1)})
LP = Dialect(
    re.compile(r"[A-Za-z0-9_!#$%&,.;?@'{}|]"),
    "()",
    re.compile(rf"[eE0-9.]|inf|nan|(?:{'|'.join(_PARTS)})\Z", re.IGNORECASE),
    "\\ ",
    len(UPPER),
)
"""CPLEX LP: brackets belong to quadratic terms there, and signs would end a name. HiGHS takes names that begin with
`inf` or `nan` for numbers, GLPK the first letters of a section's word for the word."""


@dataclass
class Spelling:
    """Spells names in a dialect and remembers what had to be changed."""

    dialect: Dialect
    changed: dict[str, str] = field(default_factory=dict)

    def word(self, original: str) -> str:
        """A part of a name with the characters that the format takes."""
        spelled = "".join(
            character if self.dialect.kept.match(character) else _escaped(character) for character in original
        )
        return self._noted(original, spelled)

    def name(self, original: str) -> str:
        """A whole name, or the one of a block."""
        spelled = self.word(original)
        return self._noted(original, ESCAPE + spelled) if self.dialect.misread.match(spelled) else spelled

    def objective(self, program: Program) -> str:
        """The name of the objective, also where there is none."""
        if program.objective is None:
            return f"{ESCAPE}objective"
        spelled = self.name(program.objective.name)
        return self._cut(spelled, f"{ESCAPE}#0") if _size(spelled) > LONGEST_NAME else spelled

    def rows(self, program: Program) -> Labels:
        """The names of all rows."""
        return self._all(program, program.constraints.values(), LONGEST_NAME - self.dialect.room)

    def columns(self, program: Program) -> Labels:
        """The names of all columns."""
        return self._all(program, program.variables.values(), LONGEST_NAME)

    def comments(self) -> Iterable[str]:
        """Lines that give the originals of what was changed."""
        if self.dialect.brackets != "[]":
            yield f"{self.dialect.comment}subscripts stand in parentheses: x(i,j) is x[i,j]\n"
        for spelled, original in self.changed.items():
            yield f"{self.dialect.comment}{spelled} stands for {original!r}\n"

    def _all(
        self, program: Program, blocks: Iterable[VariableBlock] | Iterable[ConstraintBlock], longest: int
    ) -> Labels:
        parts: list[Labels] = [np.empty(0, dtype=object)]
        for block in blocks:
            spelled = block_labels(
                program.symbols, self.name(block.name), block.index, self.word, self.dialect.brackets
            )
            parts.append(self._shortened(spelled, longest))
        return np.concatenate(parts)

    def _shortened(self, labels: Labels, longest: int) -> Labels:
        lengths = np.fromiter(map(_size, labels), dtype=np.int64, count=len(labels))
        for place in np.flatnonzero(lengths > longest):
            labels[place] = self._cut(labels[place], f"{ESCAPE}#{place + 1}", longest)
        return labels

    def _cut(self, label: str, tail: str, longest: int = LONGEST_NAME) -> str:
        """A name that is too long with a tail in place of its end."""
        kept = label.encode()[: longest - len(tail)].decode(errors="ignore")
        return self._noted(label, kept + tail)

    def _noted(self, original: str, spelled: str) -> str:
        if spelled != original:
            self.changed[spelled] = original
        return spelled


def _size(label: str) -> int:
    """Bytes of a name."""
    return len(label) if label.isascii() else len(label.encode())


def _escaped(character: str) -> str:
    return "".join(f"{ESCAPE}{byte:02X}" for byte in character.encode())
