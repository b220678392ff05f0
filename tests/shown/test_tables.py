"""`table … IN` and `table … OUT` against glpsol, and what is said of files that do not fit."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from energyscope.energyscope import Energyscope
from energyscope.language.diagnostics import Diagnostic, ModelError
from energyscope.language.source import Source
from energyscope.modeldata import csvtext
from energyscope.modeldata.csvtext import member_of, read_csv
from energyscope.models import Model
from glpsol_output import processed

MODEL = """set I; set J; set L dimen 2; param supply{I}; param need{J}; param far{I, J};
param note{J} symbolic; param n{L};
param folder symbolic default '.'; param cost{(i,j) in L} := far[i,j] * n[i,j];
table plants IN "CSV" folder & "/plants.csv": I <- [plant], supply ~ capacity;
table markets IN "CSV" "markets.csv": J <- [market], need ~ demand, note ~ remark;
table lanes IN "CSV" "lanes.csv": L <- [plant, market], far ~ distance, n ~ RECNO;
var x{L} >= 0;
minimize total: sum {(i,j) in L} cost[i,j] * x[i,j];
s.t. most{i in I}: sum {(i,j) in L} x[i,j] <= supply[i];
s.t. least{j in J}: sum {(i,j) in L} x[i,j] >= need[j];
solve;
table shipped {(i,j) in L} OUT "CSV" "shipped.csv": i ~ plant, j ~ market, x[i,j] ~ amount, x[i,j] / 3 ~ third;
table marks {j in J} OUT "CSV" "marks.csv": j, note[j], least[j].dual ~ price, j & '"' ~ quoted;
end;
"""
FILES = {
    "plants.csv": "plant,capacity\n\"Sea, tle\",350\n'San Diego',600.\nLima,1e2\n",
    "markets.csv": 'extra,market,demand,remark\n1,"New ""York""",325,late\n2,12,300,"3"\n3,Topeka,275,\'it\'\'s\'\n',
    "lanes.csv": "market,plant,distance\n"
    + "".join(
        f"{market},{plant},{distance}\n"
        for (plant, market), distance in zip(
            [(p, m) for p in ('"Sea, tle"', "San Diego", "Lima") for m in ("'New \"York\"'", "12", "Topeka")],
            (2.5, 1.7, 1.8, 2.4, 1.75, 1.4, 9, 8, 7.3),
            strict=True,
        )
    ),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in {"m.mod": MODEL, **FILES}.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def test_the_tables_are_those_that_glpsol_reads_and_writes(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The optimum is one vertex, so that both write the same values, digit by digit."""
    monkeypatch.chdir(folder)

    result = Energyscope(Model.from_paths(["m.mod"])).calc()
    processed(folder / "m.mod")

    for name, table in result.shown.tables.items():
        assert table.csv() == (folder / f"{name}.csv").read_text(encoding="utf-8")


def test_files_are_found_beside_the_text(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    here = Energyscope(Model.from_paths([folder / "m.mod"])).data

    assert here["supply"]["Lima"] == 100


def test_a_name_of_a_file_may_stand_in_data_below(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    (folder / "deep").mkdir()
    (folder / "plants.csv").rename(folder / "deep" / "plants.csv")
    (folder / "m.dat").write_text("data; param folder := 'deep'; end;", encoding="utf-8")

    assert Energyscope(Model.from_paths(["m.mod", "m.dat"])).data["supply"]["Lima"] == 100


SMALL = 'set S; param a{S} >= 0; param t{S} symbolic;\ntable t1 IN "CSV" "in.csv": S <- [k], a ~ v;\n'

WRONG = {
    "no file": (SMALL.replace("in.csv", "im.csv"), "k,v\nx,1\n", "m.mod:2:19 file"),
    "a missing column": (SMALL, "k,w\nx,1\n", "in.csv:1:1 data-columns"),
    "a column twice": (SMALL, "k,v,k\nx,1,y\n", "in.csv:1:1 data-columns"),
    "nothing": (SMALL, "\n", "- data-columns"),
    "text for a number": (SMALL, "k,v\nx,1\ny,abc\n", "in.csv:3:3 data-not-number"),
    "a number in quotes": (SMALL, 'k,v\nx,"1"\n', "in.csv:2:3 data-not-number"),
    "a member twice": (SMALL, "k,v\nx,1\ny,2\nx,3\n", "in.csv:4:1 duplicate-member"),
    "a value that breaks a rule": (SMALL + "check a['x'] = 1;", "k,v\nx,1\ny,-2\n", "in.csv:3:3 param-restriction"),
    "a cell too few": (SMALL, "k,v\nx,1\ny\n", "in.csv:3:1 data-row-length"),
    "a cell too many": (SMALL, "k,v\nx,1,\n", "in.csv:2:5 data-row-length"),
    "an empty cell": (SMALL, "k,v\n,1\n", "in.csv:2:1 data-row-length"),
    "an empty line": (SMALL, "k,v\n\nx,1\n", "in.csv:2:1 data-row-length"),
    "a quote that is open": (SMALL, 'k,v\n"x,1\n', "in.csv:2:1 syntax"),
    "a quote within a cell": (SMALL, 'k,v\nx"y,1\n', "in.csv:2:1 syntax"),
    "a subscript outside": (
        SMALL.replace("S <- ", "") + "data; set S := x;\nmodel; check a['x'] = 1;",
        "k,v\nx,1\ny,2\n",
        "in.csv:3:1 data-subscript",
    ),
    "a subscript twice": (SMALL.replace("S <- ", ""), "k,v\nx,1\nx,2\n", "in.csv:3:1 data-duplicate"),
    "data twice": (SMALL + "data; set S := x;", "k,v\nx,1\n", "m.mod:2:29 data-duplicate"),
    "data for a definition": ("set S := {1};" + SMALL[6:], "k,v\nx,1\n", "m.mod:2:29 data-for-defined"),
}


@pytest.mark.parametrize("name", WRONG)
def test_files_that_do_not_fit(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model, table, expected = WRONG[name]
    monkeypatch.chdir(tmp_path)
    Path("m.mod").write_text(f"{model}\nmodel; var z >= 0; minimize o: z;", encoding="utf-8")
    Path("in.csv").write_text(table, encoding="utf-8")

    with pytest.raises(ModelError) as caught:
        Energyscope(Model.from_paths(["m.mod"])).translate()

    assert said(caught.value.diagnostics[0]) == expected


def said(finding: Diagnostic) -> str:
    place = "-" if finding.span is None else str(finding.span)
    return f"{place} {finding.code}"


CELLS = st.one_of(
    st.integers(-99, 99).map(str),
    st.floats(allow_nan=False, allow_infinity=False).map(repr),
    st.text("abc .é-_", min_size=1, max_size=4),
    st.text("ab,\"' ", max_size=4).map(lambda text: '"' + text.replace('"', '""') + '"'),
)


@given(st.integers(1, 4).flatmap(lambda width: st.lists(st.lists(CELLS, min_size=width, max_size=width), min_size=2)))
def test_both_ways_to_cut_a_file_agree(rows: list[list[str]]) -> None:
    """pyarrow where it can, a pattern else: the same cells as were joined."""
    rows[0] = [f"c{place}" for place in range(len(rows[0]))]

    table = read_csv(Source("t.csv", "\n".join(",".join(row) for row in rows) + "\n"))

    assert table.length == len(rows) - 1
    for place, column in enumerate(table.columns):
        assert [column.cells[each] for each in column.choice] == [row[place] for row in rows[1:]]


@pytest.mark.parametrize(
    "text", ["a,b\n1,x\n2,y\n", 'a,b\n1,"x"\n2,y\n', "a,b\r\n1,x\r\n2,y", 'a,b\n1,"x,y"\n2,"z\n"\n']
)
def test_the_pattern_cuts_what_pyarrow_cuts(text: str) -> None:
    stripped = text.rstrip("\r\n")
    by_pattern = csvtext._by_cells(stripped)
    by_arrow = csvtext._by_arrow(stripped)

    assert by_pattern is not None
    for ours, theirs in zip(by_pattern, by_arrow or by_pattern, strict=True):
        assert [ours.cells[each] for each in ours.choice] == [theirs.cells[each] for each in theirs.choice]


def test_cells_as_members() -> None:
    cells = ["1", "01", "-2.5e1", '"1"', "'a ''b'''", "x y", "Infinity", "1e", '""']

    assert [member_of(cell) for cell in cells] == [1.0, 1.0, -25.0, "1", "a 'b'", "x y", "Infinity", "1e", ""]


def test_a_large_file_is_read_by_columns(tmp_path: Path) -> None:
    rows = 200_000
    path = tmp_path / "large.csv"
    values = np.random.default_rng(1).random(rows)
    path.write_text("i,j,v\n" + "\n".join(f"n{k // 1000},{k % 1000},{v!r}" for k, v in enumerate(values.tolist())))
    (tmp_path / "m.mod").write_text(
        'set A dimen 2; param v{A}; table t IN "CSV" "large.csv": A <- [i, j], v;', encoding="utf-8"
    )

    table = Energyscope(Model.from_paths([tmp_path / "m.mod"])).data["v"]

    assert table["n199", 999] == values[-1]
