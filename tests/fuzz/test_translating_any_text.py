"""No text that can be read makes the translation fail: it is a program, or there are diagnostics."""

from __future__ import annotations

import fuzz_texts as fuzz
import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from test_reading_any_text import said, thorough

from energyscope.language.diagnostics import ModelError
from energyscope.language.modeltext import read_model
from energyscope.memory import limited_to, resident
from energyscope.translate.commands.load import load
from energyscope.translate.translation import translate

ROOM = 200_000_000
"""Bytes that a text may take: a mutated number may ask for more than the machine has."""


def build(texts: fuzz.Texts) -> None:
    """Read and translate; bounds and coefficients of what comes out are numbers."""
    with limited_to((resident() or 0) + ROOM):
        try:
            text = read_model(fuzz.sources(texts))
            translation = translate(text, load(text))
        except ModelError as failure:
            said(failure)
            return
    program = translation.program
    assert program.sizes["rows"] >= 0
    assert all(np.isfinite(block.matrix.data).all() for block in program.constraints.values())
    assert all(not np.isnan(block.lower).any() for block in program.variables.values())
    assert all(warning.render() for warning in translation.warnings)


@thorough
@given(fuzz.mutated(fuzz.real_models()))
def test_a_real_model_with_something_wrong(texts: fuzz.Texts) -> None:
    build(texts)


@thorough
@given(fuzz.texts_by_grammar)
def test_statements_that_look_right(text: str) -> None:
    build((("mod", fuzz.STARTS + text),))


@thorough
@given(
    fuzz.expressions, st.sampled_from(("param v{i in T} := {};", "s.t. c{i in T}: x[i] >= {};", "set V{i in T} := {};"))
)
def test_expressions_in_a_model_that_fits(expression: str, frame: str) -> None:
    text = frame.replace("{}", expression)
    uses = "minimize obj: sum{i in T} x[i];\ncheck {i in T}: 0 = 0;\nparam w{i in T} := card({k in S: k = 'a'});\n"
    build((("mod", fuzz.STARTS + uses + text + "display {i in T} 1;"),))
