"""Results written and read back: the same values, the same kinds of labels, the same runs."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from energyscope.language.diagnostics import EnergyscopeError
from energyscope.result import ALL_KINDS, Result, Run
from energyscope.tables import Tables
from solved_small import core_small, toy

Write = Callable[[Result, Path], None]

WRITERS: dict[str, Write] = {
    "results": Result.write,
    "parquet": Result.to_parquet,
    "csv": Result.to_csv,
    "result.nc": Result.to_netcdf,
}


@pytest.fixture(params=WRITERS)
def through_files(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[Result], Result]:
    """Writes a result in one of the formats and reads it back."""

    def there_and_back(result: Result) -> Result:
        WRITERS[request.param](result, tmp_path / request.param)
        return Result.read(tmp_path / request.param)

    return there_and_back


def assert_same(one: Result, other: Result) -> None:
    assert one == other
    for kind in ALL_KINDS:
        left, right = getattr(one, kind), getattr(other, kind)
        assert list(left) == list(right), kind
        for name in left:
            pd.testing.assert_frame_equal(left[name], right[name], check_exact=True, obj=f"{kind}/{name}")


def with_tables(**tables: pd.DataFrame) -> Result:
    run = Run(0, "optimal", 1.5, "cost", {"rows": 3, "timings": {"solve": 0.25}, "passes": ["a"], "gap": None})
    return Result(variables=Tables(tables), runs=(run,))


def test_a_solved_model_comes_back_as_it_was(through_files: Callable[[Result], Result]) -> None:
    assert_same(toy(), through_files(toy()))


def test_several_runs_come_back(through_files: Callable[[Result], Result]) -> None:
    joined = toy() + toy()
    back = through_files(joined)
    assert [run.number for run in back.runs] == [0, 1]
    assert_same(joined, back)


@pytest.mark.slow
def test_a_national_model_comes_back(through_files: Callable[[Result], Result]) -> None:
    assert_same(core_small(), through_files(core_small()))


def test_numbers_and_texts_stay_distinct(through_files: Callable[[Result], Result]) -> None:
    members: list[object] = [1, "1", 2.5, "2.5", "a b", "it's", "", "nan", "Infinity", "-inf", "1e5", "NA", "'q'"]
    index = pd.Index(members, dtype=object, name="index")
    table = pd.DataFrame({"x": np.arange(len(members), dtype=float), "Run": 0}, index=index)
    texts = pd.DataFrame({"y": [1.0, 2.0], "Run": 0}, index=pd.Index(["1", "NA"], name="index"))
    whole = pd.DataFrame({"z": [1.0, 2.0], "Run": 0}, index=pd.Index([1, 2], name="index"))
    back = through_files(with_tables(x=table, y=texts, z=whole)).variables
    assert [(type(each), each) for each in back["x"].index] == [(type(each), each) for each in members]
    assert back["y"].index.tolist() == ["1", "NA"] and back["z"].index.tolist() == [1, 2]


def test_values_without_a_number_survive(through_files: Callable[[Result], Result]) -> None:
    values = [np.nan, np.inf, -np.inf, 0.1 + 0.2, 5e-324, -0.0, 1e308]
    frame = pd.DataFrame({"x": values, "Run": 0}, index=pd.RangeIndex(len(values)))
    back = through_files(with_tables(x=frame)).variables["x"]
    np.testing.assert_array_equal(back["x"].to_numpy(), np.array(values))
    assert np.signbit(back["x"].iloc[5])


def test_tables_of_ones_own_come_back(through_files: Callable[[Result], Result]) -> None:
    empty = pd.DataFrame({"v": np.empty(0), "Run": np.empty(0, dtype=np.int64)}, index=pd.Index([], name="index"))
    own = pd.DataFrame(
        {"good": [True, False], "word": ["a", "b"]}, index=pd.MultiIndex.from_tuples([(1, "x"), (2, "y")])
    )
    given = with_tables(empty=empty, own=own)
    back = through_files(given).variables
    pd.testing.assert_frame_equal(back["own"], own)
    assert len(back["empty"]) == 0 and back["empty"].columns.tolist() == ["v", "Run"]


def test_short_tables_are_written_as_csv_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from energyscope import result_files

    monkeypatch.setitem(result_files.CSV_ROWS, "variables", 10)
    toy().write(tmp_path)
    assert (tmp_path / "variables" / "F.csv").exists() and (tmp_path / "variables" / "F_t.parquet").exists()
    assert not (tmp_path / "variables" / "F_t.csv").exists()


def test_tables_of_an_earlier_result_do_not_stay(tmp_path: Path) -> None:
    number = pd.DataFrame({"x": [1.0], "Run": 0})
    (tmp_path / "notes.txt").write_text("mine")
    with_tables(x=number, y=number).write(tmp_path)
    with_tables(x=number).write(tmp_path)
    assert sorted(path.name for path in (tmp_path / "variables").iterdir()) == ["x.csv", "x.parquet"]
    assert (tmp_path / "notes.txt").exists()
    assert list(Result.read(tmp_path).variables) == ["x"]


def test_runs_are_json_that_any_program_reads(tmp_path: Path) -> None:
    toy().write(tmp_path)
    (run,) = json.loads((tmp_path / "runs.json").read_text(), parse_constant=pytest.fail)
    assert run["objective"] == toy().objective and run["solver"] == "highs"


@pytest.mark.parametrize("name", ["nothing", "empty", "text.nc"])
def test_what_is_no_result_is_told(name: str, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "text.nc").write_text("no NetCDF")
    with pytest.raises(EnergyscopeError, match=name) as failure:
        Result.read(tmp_path / name)
    assert "--out" in str(failure.value.diagnostics[0].help)


def test_another_netcdf_file_is_told(tmp_path: Path) -> None:
    pd.DataFrame({"a": [1.0]}).to_xarray().to_netcdf(tmp_path / "other.nc", engine="h5netcdf")
    with pytest.raises(EnergyscopeError, match="holds no results"):
        Result.read(tmp_path / "other.nc")
