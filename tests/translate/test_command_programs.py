"""Random programs of commands give the data that a plain interpreter gives."""

from __future__ import annotations

from command_programs import DECLARATIONS, PROGRAMS, Node, carried_out, text_of
from hypothesis import example, given, settings

from energyscope.language.modeltext import read_model
from energyscope.language.source import Source
from energyscope.translate.commands import load

SHIFTED: list[Node] = [("for", ("i0", "I", None), [("let p", ("next", "i0"), ("element", "p", ("index", "i0")))])]
TWICE: list[Node] = [
    (
        "for",
        ("i0", "I", None),
        [("let p", ("index", "i0"), ("number", 1)), ("let p", ("next", "i0"), ("number", 2))],
    )
]


@given(PROGRAMS)
@example(SHIFTED)
@example(TWICE)
@settings(max_examples=150, deadline=None)
def test_a_program_does_what_it_says(program: list[Node]) -> None:
    data = load(read_model([("mod", Source("program.mod", DECLARATIONS + text_of(program)))]))
    state = carried_out(program)
    for name in ("p", "d", "q"):
        assert dict(data[name].items()) == state[name], name
    assert float(data["s"]) == state["s"]
    assert float(data["e"]) == state["e"]
    for name in ("T", "U"):
        assert list(data[name]) == state[name], name
    held = data.fixed_frame("x") if "x" in data.fixed else None
    assert ({} if held is None else dict(held.itertuples(index=False))) == state["fixed"]
    assert {key: data["S"][key] for key in range(1, 5)} == state["S"]
