"""What a modeller may want to know of a model that is right: what nothing uses, what gave no row, how numbers scale."""

from __future__ import annotations

from energyscope.language.diagnostics import Diagnostic
from energyscope.translate.advice.findings import few
from energyscope.translate.advice.numbers import idle_columns, wide_range, without_rows
from energyscope.translate.advice.usage import kept_defaults, members_without_data, needed_items, unused
from energyscope.translate.translation import Translation

__all__ = ["advice"]


def advice(translation: Translation) -> tuple[Diagnostic, ...]:
    """Warnings of all kinds; of each kind the first few in order of declaration, the others in one sentence."""
    ev, program = translation.evaluator, translation.program
    needed = needed_items(ev)
    kinds = (
        unused(ev, needed),
        kept_defaults(ev.text, ev.data, needed),
        members_without_data(ev.text, ev.data),
        without_rows(ev.text, program),
        idle_columns(ev.text, program),
        wide_range(ev.text, program),
    )
    return tuple(warning for kind in kinds for warning in few(list(kind)))
