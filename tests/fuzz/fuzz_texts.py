"""Texts nobody would write: token streams that follow the grammar a while, and real files with something wrong."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from hypothesis import strategies as st

from energyscope.language.modeltext import FileMode
from energyscope.language.source import Source
from energyscope.language.syntax.commands import COMMAND_WORDS
from energyscope.language.syntax.lexer import KEYWORDS

ROOT = Path(__file__).resolve().parents[2]
CONFORMANCE = ROOT / "tests" / "conformance"
LONGEST = 4000
"""Characters that are taken of a real file: enough for every statement of the toy model, quick to read."""
MOST_EDITS = 6

_TOKEN = re.compile(r"\w+|\s+|'[^'\n]*'|\"[^\"\n]*\"|:=|<=|>=|==|<>|!=|<<|>>|\.\.|\*\*|&&|\|\||[^\w\s]")
_HARSH = ["0", "-1", "2.5", "1e-12", "1e30", "1e308", "-Infinity", "Infinity", "1e+", "3a", "''", "'a", '"', "é", "\0"]
_MARKS = ":= .. ** <= >= == != <> << >> && || + - * / ^ & < > = ! ( ) [ ] { } , ; : . ' \" # /* */ @ \\ \r \n".split(
    " "
)
VOCABULARY = sorted({*KEYWORDS, *COMMAND_WORDS, *_HARSH, *_MARKS})

Files = tuple[tuple[FileMode, Source], ...]
Texts = tuple[tuple[FileMode, str], ...]


@cache
def real_models() -> list[Texts]:
    """Models of the conformance cases and our own, cut where they are long."""
    models: list[Texts] = []
    for path in sorted(CONFORMANCE.glob("*/*.mod")):
        data = path.with_suffix(".dat")
        models.append((("mod", _start(path)), *([("dat", _start(data))] if data.exists() else [])))
    data = ROOT / "data"
    toy = data / "models" / "toy.mod", data / "datasets" / "toy" / "toy.dat"
    models.append((("mod", toy[0].read_text()), ("dat", toy[1].read_text())))
    models.append(
        (("mod", _start(data / "models" / "core.mod")), ("dat", _start(data / "datasets" / "core" / "core.dat")))
    )
    return models


def _start(path: Path) -> str:
    with path.open(encoding="utf-8", errors="replace", newline="") as file:
        return file.read(LONGEST)


_edits = st.lists(
    st.tuples(
        st.sampled_from(("delete", "repeat", "swap", "replace", "insert", "cut", "borrow")),
        st.integers(0, 10_000),
        st.integers(0, 10_000),
    ),
    min_size=1,
    max_size=MOST_EDITS,
)


def _edited(tokens: list[str], kind: str, first: int, second: int) -> list[str]:
    """One edit; the numbers are taken modulo what there is to choose from."""
    if not tokens:
        return [VOCABULARY[second % len(VOCABULARY)]]
    place = first % len(tokens)
    other = second % len(tokens)
    word = VOCABULARY[second % len(VOCABULARY)]
    length = 1 + second % 7
    match kind:
        case "delete":
            return tokens[:place] + tokens[place + length :]
        case "repeat":
            return tokens[: place + length] + tokens[place:]
        case "swap":
            swapped = list(tokens)
            swapped[place], swapped[other] = swapped[other], swapped[place]
            return swapped
        case "replace":
            return [*tokens[:place], word, *tokens[place + 1 :]]
        case "insert":
            return [*tokens[:place], f" {word} ", *tokens[place:]]
        case "borrow":
            return [*tokens[:place], tokens[other], *tokens[place + 1 :]]
    return tokens[:place]


def mutated(models: list[Texts]) -> st.SearchStrategy[Texts]:
    """One of some models with a few edits in one of its files."""

    @st.composite
    def texts(draw: st.DrawFn) -> Texts:
        model = draw(st.sampled_from(models))
        place = draw(st.integers(0, len(model) - 1))
        mode, text = model[place]
        tokens = _TOKEN.findall(text)
        for kind, first, second in draw(_edits):
            tokens = _edited(tokens, kind, first, second)
        return (*model[:place], (mode, "".join(tokens)), *model[place + 1 :])

    return texts()


def sources(texts: Texts) -> Files:
    """The texts as files that have no place on a disk."""
    return tuple((mode, Source(f"{number}.{mode}", text)) for number, (mode, text) in enumerate(texts))


_names = st.sampled_from(["S", "T", "p", "q", "x", "y", "c", "i", "j", "obj"])
_atoms = st.one_of(_names, st.sampled_from(["1", "2.5", "'a'", "Infinity", "p[i]", "x[i]", "x[i,j]", "q", "S", "{}"]))
_operators = st.sampled_from(
    "+ - * / ^ ** div mod less & = <> <= >= < > and or in union diff inter cross symdiff .. within not\u00a0in".split(
        " "
    )
)


def _larger(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    chain = st.builds(lambda a, o, b: f"{a} {o} {b}".replace("\u00a0", " "), inner, _operators, inner)
    iterated = st.builds(
        lambda o, i, b: f"{o} {i} {b}",
        st.sampled_from(["sum", "prod", "min", "max", "exists", "forall", "setof", "union", "inter", "-", "not"]),
        indexings,
        inner,
    )
    other = st.one_of(
        st.builds(lambda a: f"({a})", inner),
        st.builds(lambda a, b, c: f"if {a} then {b} else {c}", inner, inner, inner),
        st.builds(lambda f, a: f"{f}({a})", st.sampled_from(["card", "first", "abs", "log", "next", "length"]), inner),
        st.builds(lambda a, b: f"<<{a}; {b}, 2>> x[i]", inner, inner),
        st.builds(lambda a, b: f"{{{a}, {b}}}", inner, inner),
    )
    return st.one_of(chain, iterated, other)


indexings = st.builds(
    lambda index, members, test: f"{{{index}{members}{test}}}",
    st.sampled_from(["", "i in ", "j in ", "(i,j) in ", "('a',j) in "]),
    st.sampled_from(["S", "T", "1..3", "S cross T", "{}", "T[i]", "{'a','b'}", "p"]),
    st.sampled_from(["", ": i = 1", ": p[i] > 0", ": i in T", ": q"]),
)
expressions = st.recursive(_atoms, _larger, max_leaves=8)
_attributes = st.one_of(
    st.builds(
        lambda w, e: f" {w} {e}", st.sampled_from([":=", "=", "default", ">=", "<=", "in", "within", "<>"]), expressions
    ),
    st.sampled_from(["", " symbolic", " integer", " binary", " dimen 2", " ordered", " circular", ","]),
)
_declarations = st.builds(
    lambda kind, name, indexing, attributes: f"{kind} {name}{indexing}{''.join(attributes)};",
    st.sampled_from(["set", "param", "var", "node", "arc", "fix", "let", "unfix", "check"]),
    _names,
    st.one_of(st.just(""), indexings),
    st.lists(_attributes, max_size=3),
)
_rows = st.builds(
    lambda kind, name, indexing, body: f"{kind} {name}{indexing}: {body};",
    st.sampled_from(["s.t.", "minimize", "maximize", "subject to", ""]),
    _names,
    st.one_of(st.just(""), indexings),
    expressions,
)
_commands = st.one_of(
    st.builds(lambda i, a, b: f"let {i} {a} := {b};", st.one_of(st.just(""), indexings), _atoms, expressions),
    st.builds(lambda i, a, b: f"for {i} {{ let {a} := {b}; }}", indexings, _atoms, expressions),
    st.builds(lambda a, b: f"if {a} then {{ fix {b}; }}", expressions, _atoms),
    st.sampled_from(["solve;", "display x;", "printf '%d', x[1];", "end;", "model;", "objective obj;", "option a b;"]),
)
_data = st.builds(
    lambda word, name, words: f"data; {word} {name} {' '.join(words)};\nmodel;\n",
    st.sampled_from(["set", "param", "param default 3", "param :"]),
    _names,
    st.lists(
        st.sampled_from([":=", ":", "1", "2", "a", "b", "[*,1]", "(*,a)", ".", "+", "-", "(tr)", "x y", ","]),
        max_size=12,
    ),
)
texts_by_grammar = st.lists(st.one_of(_declarations, _rows, _commands, _data), min_size=1, max_size=8).map("\n".join)
"""Statements that look right one by one; names, kinds and dimensions need not fit."""

STARTS = """set S := {'a','b'}; set T ordered := 1..3;
param p{i in T} default 2; param q symbolic default 'a'; var x{T} >= 0;
"""
"""Declarations that let more of what follows get through to the translation."""
