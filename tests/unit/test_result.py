"""Results: tables by AMPL name, their files, and failures as exceptions."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest
import xarray as xr

from energyscope.backends.linopy_backend import solve
from energyscope.language.modeltext import read_model
from energyscope.language.source import Source
from energyscope.modeldata.model_data import ModelData
from energyscope.program.blocks import Program
from energyscope.program.solution import Solution, Status
from energyscope.result import (
    InfeasibleError,
    Result,
    SolveFailure,
    SolverError,
    TimeLimitError,
    UnboundedError,
    parse_result,
    require_optimal,
)
from energyscope.tables import Tables
from energyscope.translate.evaluator import evaluator_of
from small_programs import INF, program, two_blocks


def given() -> ModelData:
    return ModelData.from_frames(None, {"FUELS": ["d h", "pv"], "price": {"d h": 3.0, "pv": 1.0}, "rate": 0.5})


def result(number: int = 0) -> Result:
    asked = two_blocks()
    return parse_result(asked, solve(asked), given(), number)


def test_tables_have_index_levels_the_value_and_the_run() -> None:
    use = result().variables["use"]
    assert use.index.names == ["index0", "index1"]
    assert use.index.tolist() == [("d h", 1), ("d h", 2), ("pv", 1), ("pv", 2)]
    assert use.columns.tolist() == ["use", "Run"]
    assert use.loc[("pv", 2), "use"] == 2.0
    assert use.index.levels[1].dtype == np.int64


def test_scalars_have_one_row_and_single_levels_are_called_index() -> None:
    found = result()
    assert found.variables["end_total"].to_dict("list") == {"end_total": [13.0], "Run": [0]}
    assert found.constraints["balance"].reset_index()["index"].tolist() == [1, 2]


def test_constraints_have_dual_body_and_slack() -> None:
    balance = result().constraints["balance"]
    assert balance.columns.tolist() == ["balance", "body", "slack", "Run"]
    assert balance["balance"].tolist() == [3.0, 3.0]
    assert balance["body"].tolist() == [3.0, 4.0]
    assert balance["slack"].tolist() == [0.0, 0.0]


def test_objective_status_and_stats() -> None:
    found = result()
    assert (found.status, found.objective) == ("optimal", 23.0)
    assert found.objectives["cost"].to_dict("list") == {"cost": [23.0], "Run": [0]}
    assert found.stats["rows"] == 3 and found.stats["columns"] == 5 and found.stats["solver"] == "highs"
    assert found.reduced_costs["use"]["use"].tolist() == [0.0, 0.0, -2.0, -2.0]


def test_tables_are_made_when_first_used_and_kept() -> None:
    made: list[str] = []

    def make() -> pd.DataFrame:
        made.append("price")
        return pd.DataFrame({"price": [1.0], "Run": [0]})

    found = Result(parameters=Tables({"price": make}))
    assert "price" in found.parameters and len(found.parameters) == 1
    assert "parameters" in repr(found) and "price" in found._repr_html_()
    joined = found + found
    assert made == []
    assert found.parameters["price"] is found.parameters["price"]
    assert len(joined.parameters["price"]) == 2 and made == ["price"]


def test_sets_and_parameters_are_those_of_the_run_whatever_is_edited_later() -> None:
    asked, data = two_blocks(), given()
    found = parse_result(asked, solve(asked), data)
    data["price"] = {"pv": 9.0}
    price = found.parameters["price"]
    assert price.index.tolist() == ["d h", "pv"] and price["price"].tolist() == [3.0, 1.0]
    assert price.columns.tolist() == ["price", "Run"] and price.index.name == "index"
    assert found.parameters["rate"].to_dict("list") == {"rate": [0.5], "Run": [0]}
    assert found.sets["FUELS"].to_dict("list") == {"FUELS": ["d h", "pv"], "Run": [0, 0]}


def test_derived_and_missing_parameters_and_keyed_sets() -> None:
    text = """
    set T := 1..2; set S{T}; set P dimen 2; param a{T}; param twice{t in T} := 2 * a[t]; param unit{T} symbolic;
    param never;
    data; set S[1] := x y; set S[2] := ; set P := (1,b) (2,c); param a := 1 3 2 4; param unit := 1 m 2 kg;
    """
    data = ModelData.from_text(read_model([("mod", Source("a.mod", text))]))
    data.evaluator = evaluator_of(data)
    found = parse_result(two_blocks(), solve(two_blocks()), data)
    assert found.parameters["twice"]["twice"].tolist() == [6.0, 8.0]
    assert found.parameters["unit"]["unit"].tolist() == ["m", "kg"]
    assert found.parameters["never"].empty
    assert found.sets["S"].index.tolist() == [1, 1] and found.sets["S"]["S"].tolist() == ["x", "y"]
    assert found.sets["P"].columns.tolist() == ["P_0", "P_1", "Run"]


def test_users_can_add_postprocessing() -> None:
    found = result()
    found.postprocessing["df_annual"] = pd.DataFrame({"a": [1]})
    assert (found + found).postprocessing["df_annual"]["a"].tolist() == [1, 1]
    del found.postprocessing["df_annual"]
    assert len(found.postprocessing) == 0


def test_runs_are_joined_and_keep_their_numbers_where_free() -> None:
    joined = result(4) + result(7)
    assert joined.variables["end_total"]["Run"].tolist() == [4, 7]
    again = joined + result(4)
    assert [run.number for run in again.runs] == [4, 7, 8]
    assert again.objectives["cost"]["Run"].tolist() == [4, 7, 8]
    assert again.runs[2].objective == 23.0
    with pytest.raises(ValueError, match="2 runs"):
        _ = joined.objective


def test_names_of_one_side_only_are_kept() -> None:
    other = program([[1, 1]], [3], [INF], bounds=[(0, 9)] * 2, cost=[1, 1])
    joined = result() + parse_result(other, solve(other), id_run=1)
    assert joined.variables["x"]["Run"].tolist() == [1, 1]
    assert joined.variables["use"]["Run"].tolist() == [0, 0, 0, 0]


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        ("infeasible", InfeasibleError),
        ("unbounded", UnboundedError),
        ("time_limit", TimeLimitError),
        ("error", SolverError),
    ],
)
def test_failed_solves_are_exceptions_that_tell_what_the_solver_said(status: Status, kind: type[SolveFailure]) -> None:
    failed = Solution(status, "so it says", "highs", attempts=("HiPO: Unknown after 3.0 s",))
    with pytest.raises(kind, match="highs says: so it says") as failure:
        parse_result(two_blocks(), failed)
    assert failure.value.solution is failed
    assert failure.value.diagnostics[0].severity == "error"


def test_an_optimal_solution_passes() -> None:
    found = solve(two_blocks())
    assert require_optimal(found) is found


def test_integer_programs_have_no_duals() -> None:
    asked = program([[1, 1]], [3], [INF], bounds=[(0, 9)] * 2, cost=[1, 1], integer=True)
    found = parse_result(asked, solve(asked))
    assert found.constraints["c"]["c"].isna().all()
    assert len(found.reduced_costs) == 0


def test_parquet_csv_and_the_runs_beside_them(tmp_path: Path) -> None:
    found = result() + result()
    found.to_parquet(tmp_path / "parquet")
    found.to_csv(tmp_path / "csv")
    for kind, read in (("parquet", pd.read_parquet), ("csv", pd.read_csv)):
        use = read(tmp_path / kind / "variables" / f"use.{kind}")
        assert use.columns.tolist() == ["index0", "index1", "use", "Run"]
        assert use["use"].tolist() == found.variables["use"]["use"].tolist()
        assert (tmp_path / kind / "sets" / f"FUELS.{kind}").exists()
        runs = json.loads((tmp_path / kind / "runs.json").read_text())
        assert [(run["run"], run["status"], run["objective"]) for run in runs] == [
            (0, "optimal", 23.0),
            (1, "optimal", 23.0),
        ]


def test_netcdf_has_a_group_for_each_table(tmp_path: Path) -> None:
    result().to_netcdf(tmp_path / "result.nc")
    assert json.loads(xr.load_dataset(tmp_path / "result.nc").attrs["runs"])[0]["objective"] == 23.0
    use = xr.load_dataset(tmp_path / "result.nc", group="variables/use")
    assert use["use"].values.tolist() == [1.0, 2.0, 2.0, 2.0]
    assert use["index0_text"].values[use["index0"].values].tolist() == ["d h", "d h", "pv", "pv"]
    assert use["index1"].values.tolist() == [1, 2, 1, 2]


def test_excel_has_a_sheet_for_each_table(tmp_path: Path) -> None:
    result().to_excel(tmp_path / "result.xlsx")
    book = openpyxl.load_workbook(tmp_path / "result.xlsx")
    tables = ["use", "end_total", "price", "rate", "FUELS", "cost", "balance", "definition"]
    assert book.sheetnames == ["contents", "runs", *tables, "use reduced_costs", "end_total reduced_costs"]
    assert [cell.value for cell in book["use"][2]] == ["d h", 1, 1, 0]


def test_members_of_both_kinds_in_one_level_are_written_as_texts(tmp_path: Path) -> None:
    asked = two_blocks()
    index = asked.constraints["balance"].index
    asked.symbols.code("mixed")
    index.columns[0][1] = asked.symbols.code("mixed")
    parse_result(asked, solve(asked)).to_parquet(tmp_path)
    assert pd.read_parquet(tmp_path / "constraints" / "balance.parquet")["index"].tolist() == ["1", "mixed"]


def test_a_big_table_is_made_fast() -> None:
    import time

    count = 300_000
    values = np.arange(count, dtype=np.float64)
    asked: Program = program(np.zeros((0, 1)), [], [], bounds=[(0, 1)], cost=None)
    from energyscope.modeldata.index import Index
    from energyscope.tables import indexed_frame

    codes = asked.symbols.codes_of_numbers(values)
    start = time.process_time()
    frame = indexed_frame(asked.symbols, Index([codes % 1000, codes]), {"v": values}, 0)
    assert len(frame) == count
    assert time.process_time() - start < 2
