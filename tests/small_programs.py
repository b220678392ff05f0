"""Small programs made by hand, and GLPK as the second opinion on them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
import scipy.sparse as sp
import swiglpk as glpk
from hypothesis import strategies as st

from energyscope.modeldata.index import Index
from energyscope.modeldata.symbols import Member, Symbols
from energyscope.program.blocks import ConstraintBlock, Objective, Program, VariableBlock

INF = np.inf


def index_of(symbols: Symbols, *columns: Sequence[Member]) -> Index:
    return Index([symbols.codes(column) for column in columns])


def sparse(rows: Any) -> sp.csr_array:
    matrix = sp.csr_array(np.asarray(rows, dtype=np.float64))
    matrix.indices, matrix.indptr = matrix.indices.astype(np.int32), matrix.indptr.astype(np.int32)
    return matrix


def program(
    rows: Any,
    lower: Sequence[float],
    upper: Sequence[float],
    *,
    bounds: Sequence[tuple[float, float]],
    cost: Sequence[float] | None,
    sense: Literal["minimize", "maximize"] = "minimize",
    constant: float = 0.0,
    integer: bool = False,
) -> Program:
    """One variable `x{0..}` and one constraint `c{0..}`."""
    symbols = Symbols()
    matrix = sparse(np.reshape(np.asarray(rows, dtype=np.float64), (len(lower), len(bounds))))
    x = VariableBlock(
        "x",
        index_of(symbols, range(len(bounds))),
        0,
        np.array([low for low, _ in bounds], dtype=np.float64),
        np.array([high for _, high in bounds], dtype=np.float64),
        integer,
    )
    c = ConstraintBlock(
        "c",
        index_of(symbols, range(matrix.shape[0])),
        0,
        matrix,
        np.array(lower, dtype=np.float64),
        np.array(upper, dtype=np.float64),
    )
    objective = None
    if cost is not None:
        columns = np.arange(len(cost), dtype=np.int32)
        objective = Objective("cost", sense, columns, np.array(cost, dtype=np.float64), constant)
    return Program(symbols, {"x": x}, {"c": c} if matrix.shape[0] else {}, objective)


def two_blocks() -> Program:
    """Supply of two fuels over two periods with a scalar total; every kind of index, text members that need quotes.

    minimize total + 10: gas['d h',t] costs 3, pv[t] costs 1 up to 2; demand is 3 and 4 -> gas 1 + 2, pv 4: 13 + 10.
    """
    symbols = Symbols()
    use = VariableBlock(
        "use",
        index_of(symbols, ["d h", "d h", "pv", "pv"], [1, 2, 1, 2]),
        0,
        np.zeros(4),
        np.array([INF, INF, 2.0, 2.0]),
    )
    total = VariableBlock("end_total", Index((), 1), 4, np.array([-INF]), np.array([INF]))
    balance = ConstraintBlock(
        "balance",
        index_of(symbols, [1, 2]),
        0,
        sparse([[1, 0, 1, 0, 0], [0, 1, 0, 1, 0]]),
        np.array([3.0, 4.0]),
        np.array([INF, INF]),
    )
    definition = ConstraintBlock(
        "definition", Index((), 1), 2, sparse([[-3, -3, -1, -1, 1]]), np.array([0.0]), np.array([0.0])
    )
    objective = Objective("cost", "minimize", np.array([4], dtype=np.int32), np.array([1.0]), 10.0)
    return Program(symbols, {"use": use, "end_total": total}, {"balance": balance, "definition": definition}, objective)


coefficients = st.integers(-3, 3).map(float)


@st.composite
def programs(draw: st.DrawFn, *, integer: bool = False) -> Program:
    """Random programs of up to four columns and rows with sides of every kind."""
    columns = draw(st.integers(1, 4))
    bound = st.tuples(
        st.sampled_from([-2.0, 0.0, 1.0] if integer else [-INF, -2.0, 0.0, 1.0]),
        st.sampled_from([1.0, 3.0] if integer else [1.0, 3.0, INF, INF]),
    )
    nonzero_row = st.lists(coefficients, min_size=columns, max_size=columns).filter(any)
    rows = draw(st.lists(nonzero_row, max_size=4))
    side = st.tuples(
        st.sampled_from(["free", "lower", "upper", "equal", "both"]), st.integers(-4, 4), st.integers(1, 4)
    )
    sides = [_sides(*draw(side)) for _ in rows]
    return program(
        rows,
        [low for low, _ in sides],
        [high for _, high in sides],
        bounds=[draw(bound) for _ in range(columns)],
        cost=draw(st.none() | st.lists(coefficients, min_size=columns, max_size=columns)),
        sense=draw(st.sampled_from(["minimize", "maximize"])),
        constant=draw(st.sampled_from([0.0, 2.5])),
        integer=integer,
    )


def _sides(kind: str, value: int, width: int) -> tuple[float, float]:
    return {
        "free": (-INF, INF),
        "lower": (float(value), INF),
        "upper": (-INF, float(value)),
        "equal": (float(value), float(value)),
        "both": (float(value), float(value + width)),
    }[kind]


def solve_with_glpk(asked: Program) -> tuple[str, float | None]:
    """Status and objective by GLPK's simplex and branch and bound."""
    problem = glpk_problem(asked)
    glpk.glp_simplex(problem, None)
    status = {glpk.GLP_OPT: "optimal", glpk.GLP_NOFEAS: "infeasible", glpk.GLP_UNBND: "unbounded"}[
        glpk.glp_get_status(problem)
    ]
    value = glpk.glp_get_obj_val(problem)
    if status == "optimal" and asked.sizes["integers"]:
        glpk.glp_intopt(problem, None)
        status = "optimal" if glpk.glp_mip_status(problem) == glpk.GLP_OPT else "infeasible"
        value = glpk.glp_mip_obj_val(problem)
    glpk.glp_delete_prob(problem)
    return status, value if status == "optimal" else None


def glpk_problem(asked: Program) -> Any:
    glpk.glp_term_out(glpk.GLP_OFF)
    problem = glpk.glp_create_prob()
    glpk.glp_add_cols(problem, asked.n_columns)
    for block in asked.variables.values():
        for place in range(len(block.index)):
            low, high = float(block.lower[place]), float(block.upper[place])
            glpk.glp_set_col_bnds(problem, block.first + place + 1, _kind(low, high), low, high)
            if block.integer:
                glpk.glp_set_col_kind(problem, block.first + place + 1, glpk.GLP_IV)
    for constraint in asked.constraints.values():
        first = glpk.glp_add_rows(problem, len(constraint.index))
        for place in range(len(constraint.index)):
            low, high = float(constraint.lower[place]), float(constraint.upper[place])
            glpk.glp_set_row_bnds(problem, first + place, _kind(low, high), low, high)
            _set_row(problem, first + place, constraint.matrix, place)
    if asked.objective is not None:
        glpk.glp_set_obj_dir(problem, glpk.GLP_MIN if asked.objective.sense == "minimize" else glpk.GLP_MAX)
        glpk.glp_set_obj_coef(problem, 0, asked.objective.constant)
        for column, value in zip(asked.objective.columns, asked.objective.coefficients, strict=True):
            glpk.glp_set_obj_coef(problem, int(column) + 1, float(value))
    return problem


def _set_row(problem: Any, row: int, matrix: sp.csr_array, place: int) -> None:
    entries = range(matrix.indptr[place], matrix.indptr[place + 1])
    columns, values = glpk.intArray(len(entries) + 1), glpk.doubleArray(len(entries) + 1)
    for number, entry in enumerate(entries, 1):
        columns[number], values[number] = int(matrix.indices[entry]) + 1, float(matrix.data[entry])
    glpk.glp_set_mat_row(problem, row, len(entries), columns, values)


def _kind(low: float, high: float) -> int:
    if low == high:
        return int(glpk.GLP_FX)
    if np.isfinite(low):
        return int(glpk.GLP_DB if np.isfinite(high) else glpk.GLP_LO)
    return int(glpk.GLP_UP if np.isfinite(high) else glpk.GLP_FR)
