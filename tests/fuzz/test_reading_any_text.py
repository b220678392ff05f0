"""No text makes reading fail: it is a model, or there are diagnostics with places."""

from __future__ import annotations

import os

import fuzz_texts as fuzz
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from energyscope.language.diagnostics import EnergyscopeError, ModelError
from energyscope.language.modeltext import read_model

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "100"))
"""Texts a test; the environment asks for more in a long run by hand."""
thorough = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))


def read(texts: fuzz.Texts) -> None:
    """Read a model; what is wrong with it must be said at a place that can be shown."""
    try:
        text = read_model(fuzz.sources(texts))
    except ModelError as failure:
        said(failure)
    else:
        assert all(warning.severity == "warning" and warning.render() for warning in text.warnings)


def said(failure: EnergyscopeError) -> None:
    """A failure explains itself."""
    assert failure.diagnostics
    for diagnostic in failure.diagnostics:
        assert diagnostic.render()
        assert diagnostic.message
        if diagnostic.span is not None:
            assert 0 <= diagnostic.span.start <= diagnostic.span.stop <= len(diagnostic.span.source.text)


@thorough
@given(fuzz.mutated(fuzz.real_models()))
def test_a_real_model_with_something_wrong(texts: fuzz.Texts) -> None:
    read(texts)


@thorough
@given(fuzz.texts_by_grammar, st.sampled_from(("", fuzz.STARTS)))
def test_statements_that_look_right(text: str, start: str) -> None:
    read((("mod", start + text),))


@thorough
@given(st.lists(st.sampled_from([*fuzz.VOCABULARY, "x", "S", " ", "\n"]), max_size=60).map(" ".join), st.booleans())
def test_any_words(text: str, data: bool) -> None:
    read((("dat" if data else "mod", text),))
