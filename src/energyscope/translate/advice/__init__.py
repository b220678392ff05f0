"""What a modeller may want to know of a model that is right: what nothing uses, what gave no row, how numbers scale."""

from __future__ import annotations

from energyscope.language.diagnostics import Diagnostic
from energyscope.translate.advice.findings import few
from energyscope.translate.advice.numbers import idle_columns, wide_range, without_rows
from energyscope.translate.advice.usage import kept_defaults, members_without_data, needed_items, unused
from energyscope.translate.translation import Translation

__all__ = ["advice"]


def advice(translation: Translation, read_elsewhere: bool = False) -> tuple[Diagnostic, ...]:
    """Warnings of all kinds; of each kind the first few in order of declaration, the others in one sentence.

    `read_elsewhere` says that Python code reads the same data, so that what the text does not use may have its use.
    """
    ev, program = translation.evaluator, translation.program
    text, needed = ev.text, needed_items(ev)
    kinds = (
        () if read_elsewhere else unused(ev, needed, text.sets),
        () if read_elsewhere else unused(ev, needed, text.parameters),
        kept_defaults(text, ev.data, needed),
        members_without_data(text, ev.data),
        without_rows(text, program),
        idle_columns(text, program),
        wide_range(text, program),
    )
    if not text.declarations:
        help = "name a file with sets, parameters, variables and constraints"
        return (Diagnostic("nothing-declared", "warning", None, "the files declare nothing", help),)
    return tuple(warning for kind in kinds for warning in few(list(kind)))
