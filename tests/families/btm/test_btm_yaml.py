"""YAML of bundles: scalars mean what they look like, every refusal has its place, and nothing hostile takes long."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from energyscope.families.btm.config.places import Document
from energyscope.families.btm.config.yamlnodes import MAX_DEPTH, MAX_NODES
from energyscope.families.btm.config.yamltext import MAX_BYTES, document, read_yaml
from energyscope.families.btm.refusals import BtmError
from energyscope.language.source import Source


def text(content: str) -> Document:
    return document(Source("site.yaml", content))


def refused(content: str) -> BtmError:
    with pytest.raises(BtmError) as error:
        text(content)
    assert {each.code for each in error.value.diagnostics} == {"BTM101"}
    assert error.value.exit_code == 1
    return error.value


SCALARS: list[tuple[str, Any]] = [
    ("16:00", "16:00"),
    ("24:00", "24:00"),
    ("2025-06-01", date(2025, 6, 1)),
    ("2025-02-30", "2025-02-30"),
    ("2025-06", "2025-06"),
    ("2025-06-01T00:00:00Z", datetime(2025, 6, 1, tzinfo=UTC)),
    ("2025-06-01t00:30z", datetime(2025, 6, 1, 0, 30, tzinfo=UTC)),
    ("2025-06-01 01:00:00+01:00", datetime(2025, 6, 1, 1, tzinfo=timezone(timedelta(hours=1)))),
    ("2025-06-01T00:00:00", datetime(2025, 6, 1)),
    ("2025-06-01T25:00:00Z", "2025-06-01T25:00:00Z"),
    ("on", "on"),
    ("off", "off"),
    ("no", "no"),
    ("yes", "yes"),
    ("y", "y"),
    ("true", True),
    ("False", False),
    ("null", None),
    ("~", None),
    ("1", 1),
    ("-3", -3),
    ("010", 10),
    ("1e3", 1000.0),
    ("+1.5E-2", 0.015),
    (".5", 0.5),
    ("3.", 3.0),
    ("-.inf", -math.inf),
    ("1e999", math.inf),
    ("9" * 400, math.inf),
    ("1_000", "1_000"),
    ("0o17", "0o17"),
    ("0x1F", "0x1F"),
    ("0b11", "0b11"),
    ("1:30:00", "1:30:00"),
    ("inf", "inf"),
    ("nan", "nan"),
    ('"1"', "1"),
    ("'true'", "true"),
    ("'2025-06-01'", "2025-06-01"),
    ('"a\\u00e9\\n"', "aé\n"),
]


@pytest.mark.parametrize(
    "place", ["a: {}\n", "a: {{b: {}}}\n", "a: [{}]\n"], ids=["block", "flow mapping", "flow list"]
)
@pytest.mark.parametrize(("written", "meant"), SCALARS, ids=[written[:25] for written, _ in SCALARS])
def test_scalars_mean_what_they_look_like(place: str, written: str, meant: Any) -> None:
    found = text(place.format(written)).data["a"]
    found = found["b"] if "b" in place else found[0] if "[" in place else found
    assert type(found) is type(meant)
    assert found == meant


def test_nothing_and_not_a_number() -> None:
    assert text("a:\nb: {c: }\n").data == {"a": None, "b": {"c": None}}
    assert math.isnan(text("a: .nan").data["a"])


def test_keys_are_words() -> None:
    found = text("2025-06: 1\non: 2\n1: 3\nnull: 4\n2025-06-01: 5\n").data
    assert found == {"2025-06": 1, "on": 2, "1": 3, "null": 4, "2025-06-01": 5}


def test_values_and_keys_know_their_places() -> None:
    found = text('a: 1\nb:\n  - {start: 16:00, end: "19:00"}\n  - x\n')
    assert found.data == {"a": 1, "b": [{"start": "16:00", "end": "19:00"}, "x"]}
    places = {("b", 0, "start"): (3, 13), ("b", 0, "end"): (3, 25), ("b", 1): (4, 5), ("a",): (1, 4)}
    assert {path: (found.value(path).line, found.value(path).column) for path in places} == places
    assert found.value(("b", 0, "end")).text == '"19:00"'
    assert (found.key(("b", 0, "end")).text, found.key(("b",)).line) == ("end", 2)
    assert (found.value(("b", 0, "absent")).line, found.value(("absent",)).line) == (3, 1)


@pytest.mark.parametrize("ending", ["\r\n", "\r"])
def test_places_with_other_line_ends(ending: str) -> None:
    found = text(f"# é{ending}a: 1{ending}b: x{ending}")
    assert (found.data, str(found.value(("b",)))) == ({"a": 1, "b": "x"}, "site.yaml:3:4")


def test_aliases_stand_for_what_they_name() -> None:
    found = text("a: &w [{start: 16:00}]\nb: *w\nc: &w 3\nd: *w\n")
    assert found.data == {"a": [{"start": "16:00"}], "b": [{"start": "16:00"}], "c": 3, "d": 3}
    assert found.value(("b", 0, "start")).line == 1


def test_empty_and_marked_files(tmp_path: Path) -> None:
    for raw in (b"", b"# only a comment\n", b"---\n...\n", b"\xef\xbb\xbf"):
        (tmp_path / "f.yaml").write_bytes(raw)
        assert read_yaml(tmp_path / "f.yaml").data is None
    (tmp_path / "f.yaml").write_bytes(b"\xef\xbb\xbf%YAML 1.2\n---\na: 1\n")
    assert str(read_yaml(tmp_path / "f.yaml").value(("a",))).endswith("f.yaml:3:4")


BROKEN = {
    "duplicate key": ("a: 1\nb: 2\na: 3\n", 3, 1, "`a` is given twice, first in line 1"),
    "duplicate in flow": ("a: {b: 1, 'b': 2}", 1, 11, "`b` is given twice"),
    "tab": ("a:\n\tb: 1\n", 2, 1, "indent with spaces"),
    "open quote": ("a: 'x\n", 2, 1, "close the quote"),
    "open bracket": ("a: [1, 2\nb: 3\n", 2, 2, ""),
    "indentation": ("a: 1\n  b: 2\n", 2, 4, "check the indentation"),
    "colon in text": ("a: b: c\n", 1, 5, "in quotes"),
    "stray bracket": ("a: ]\n", 1, 4, ""),
    "at sign": ("a: @x\n", 1, 4, "in quotes"),
    "tag": ("a: !!python/object/apply:os.system [ls]\n", 1, 4, "plain values are expected"),
    "harmless tag": ("a: !!str 5\n", 1, 4, "`!!str`"),
    "unknown alias": ("a: *x\n", 1, 4, "`*x` stands for nothing"),
    "own alias": ("a: &x [1, *x]\n", 1, 11, "cannot contain itself"),
    "key that is a list": ("? [a]\n: 1\n", 1, 3, "a field name must be a word"),
    "key that is an alias": ("a: &x b\n*x : 1\n", 2, 1, "a field name must be a word"),
    "two documents": ("a: 1\n---\nb: 2\n", 2, 1, "one document a file is expected"),
    "control character": ("a: 1\nb: \x07\n", 2, 4, "U+0007"),
    "other version": ("%YAML 1.1\n---\na: yes\n", 1, 1, "YAML 1.2 without directives"),
    "tag directive": ("# x\n%TAG ! tag:x,2000:\n---\na: 1\n", 2, 1, "delete the line"),
    "half a surrogate": ('a: "\\ud800"\n', 1, 4, "surrogate"),
    "beyond Unicode": ('a: 1\nb: "\\U00110000"\n', 2, 1, "escapes"),
}


@pytest.mark.parametrize(("content", "line", "column", "said"), BROKEN.values(), ids=BROKEN)
def test_broken_yaml_is_refused_at_its_place(content: str, line: int, column: int, said: str) -> None:
    error = refused(content)
    first = error.diagnostics[0]
    assert first.span is not None
    assert (first.span.source.name, first.span.line, first.span.column) == ("site.yaml", line, column)
    assert said in first.render()
    assert first.render().startswith(f"site.yaml:{line}:{column}: error[BTM101]: ")


def test_all_duplicates_are_told_even_where_the_text_breaks_later() -> None:
    assert [each.span.line for each in refused("a: 1\na: 2\nb: {c: 1, c: 2}\nd: 'x\n").diagnostics if each.span] == [
        2,
        3,
        5,
    ]


def test_what_is_not_utf8(tmp_path: Path) -> None:
    for raw, column in ((b"a: caf\xe9\n", 7), ("a: 1\n".encode("utf-16"), 1)):
        (tmp_path / "f.yaml").write_bytes(raw)
        with pytest.raises(BtmError, match="UTF-8 is expected") as error:
            read_yaml(tmp_path / "f.yaml")
        assert (error.value.diagnostics[0].code, str(error.value.diagnostics[0].span)) == (
            "BTM101",
            f"{tmp_path / 'f.yaml'}:1:{column}",
        )


def test_what_is_not_there(tmp_path: Path) -> None:
    for path, said in ((tmp_path / "f.yaml", "there is no file"), (tmp_path, "cannot be read: Is a directory")):
        with pytest.raises(BtmError, match=said) as error:
            read_yaml(path)
        assert [each.code for each in error.value.diagnostics] == ["BTM001"]
        assert "gridq init DIR" in str(error.value)


BILLION = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 9)}]\n" for level in range(1, 40)
)
BOMBS = {
    "billion laughs": (BILLION, f"more than {MAX_NODES} values"),
    "square of aliases": (f"a: &a [{'x, ' * 2000}]\nb: [{'*a, ' * 2000}]\n", f"more than {MAX_NODES} values"),
    "chain of aliases": (
        "a0: &a0 [x]\n" + "".join(f"a{level}: &a{level} [*a{level - 1}]\n" for level in range(1, 2000)),
        f"more than {MAX_DEPTH} levels",
    ),
    "brackets": ("[" * 200_000, f"more than {MAX_DEPTH} levels"),
    "braces": ("{a: " * 50_000, f"more than {MAX_DEPTH} levels"),
    "dashes": ("- " * 100_000, f"more than {MAX_DEPTH} levels"),
    "indentation": ("".join(f"{' ' * level}a:\n" for level in range(400)), f"more than {MAX_DEPTH} levels"),
    "question marks": ("? " * 100_000, "a field name must be a word"),
    "many values": ("- 1\n" * 60_000, f"more than {MAX_NODES} values"),
    "many anchors": ("".join(f"a{at}: &a{at} x\n" for at in range(60_000)), f"more than {MAX_NODES} values"),
}


@pytest.mark.parametrize(("content", "said"), BOMBS.values(), ids=BOMBS)
def test_bombs_are_refused_by_their_size(content: str, said: str) -> None:
    """Each of these has billions of values or of steps for a reader that only counts at the end."""
    assert said in refused(content).diagnostics[0].message


def test_large_files_are_refused_unread(tmp_path: Path) -> None:
    (tmp_path / "f.yaml").write_bytes(b"[" * (MAX_BYTES + 1))
    with pytest.raises(BtmError, match=f"more than {MAX_BYTES} bytes"):
        read_yaml(tmp_path / "f.yaml")
    with pytest.raises(BtmError, match="a pipe or a device"):
        read_yaml("/dev/zero")


REFERENCE = """schema_version: 1
site_id: &name office_1  # where
battery:
  capacity_kwh: 100
  terminal_soc: {mode: fixed, soc_kwh: 1e3}
  degradation: {cycle_life: [[0.1, 70000.0], [0.4, "x\\u00e9"]]}
  notes: |
    one
      two
  more: >-
    folded
tariff: *name
windows:
- {start: 16:00, end: '19:00', days: [mon, tue]}
- start: "07:30"
"""
MARKS = [
    *"[]{},:#&*!|>'\"%@`-? \n\t\r\\.~0a\x85\u2028\ufeff\0",
    "---\n",
    "...\n",
    "%YAML 1.3\n",
    '"\\U00110000"',
    "<<: ",
]


@st.composite
def mutated(draw: st.DrawFn) -> str:
    """A good text with some characters added, taken away or moved."""
    content = REFERENCE
    for _ in range(draw(st.integers(1, 6))):
        at, length = draw(st.integers(0, len(content))), draw(st.integers(0, 20))
        other = draw(st.integers(0, len(content)))
        added = draw(st.sampled_from(["", content[other : other + length], *MARKS]) | st.text(max_size=3))
        content = content[:at] + added + content[at + (0 if added else length) :]
    return content


@settings(max_examples=300, deadline=None)
@given(mutated() | st.text(max_size=40))
def test_any_text_is_a_document_or_refused(content: str) -> None:
    try:
        found = text(content)
    except BtmError as error:
        assert {each.code for each in error.diagnostics} == {"BTM101"}
        assert all(each.span is not None and each.render() for each in error.diagnostics)
    else:
        assert all(0 <= span.start <= span.stop <= len(content) for span in found.spans.values())
