"""GLPK reads a MathProg text with its own translator; what it makes of it comes back as arrays."""

from __future__ import annotations

import ctypes
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from energyscope.backends.base import backend_error
from energyscope.modeldata.symbols import Values

if TYPE_CHECKING:
    from types import ModuleType

    import scipy.sparse as sp

LARGEST = float(np.finfo(np.float64).max)
"""GLPK's infinity."""
_MESSAGE_LINES = 3
"""Lines of what GLPK said last that a report repeats: its own complaint is among them."""


@dataclass(frozen=True, eq=False)
class GlpkMatrix:
    """What GLPK made of a text: lower <= matrix @ x <= upper, in its own order and under its own names.

    The row of the objective is not among the rows; `kept_rows` are the places in GLPK of those that are.
    """

    kept_rows: NDArray[np.int64]

    rows: NDArray[np.object_]
    columns: NDArray[np.object_]
    matrix: sp.csr_array
    row_lower: Values
    row_upper: Values
    column_lower: Values
    column_upper: Values
    integer: NDArray[np.bool_]
    costs: Values
    constant: float


class GlpkProblem:
    """A problem in GLPK's memory; `close` gives it back."""

    def __init__(self, text: str) -> None:
        self.glpk = swiglpk()
        self._workspace = self.glpk.glp_mpl_alloc_wksp()
        self.problem = self.glpk.glp_create_prob()
        try:
            self._read(text)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Free the memory."""
        self.glpk.glp_mpl_free_wksp(self._workspace)
        self.glpk.glp_delete_prob(self.problem)

    def relax(self) -> None:
        """Make integers continuous; their bounds stay."""
        kinds = _numbers(self.glpk.glp_get_col_kind, self.problem, self.glpk.glp_get_num_cols(self.problem))
        for place in np.flatnonzero(kinds != self.glpk.GLP_CV).tolist():
            self.glpk.glp_set_col_kind(self.problem, place + 1, self.glpk.GLP_CV)

    def _read(self, text: str) -> None:
        with tempfile.TemporaryDirectory(prefix="energyscope-") as folder, _heard(self.glpk) as said:
            path = Path(folder) / "model.mod"
            path.write_text(text, encoding="utf-8", newline="\n")
            if self.glpk.glp_mpl_read_model(self._workspace, str(path), 0):
                raise _refused("read the text", said, folder)
            if self.glpk.glp_mpl_generate(self._workspace, None):
                raise _refused("make rows of the text", said, folder)
            self.glpk.glp_mpl_build_prob(self._workspace, self.problem)

    def matrix(self, objective: str | None) -> GlpkMatrix:
        """Everything that GLPK holds; `objective` names the row that is none."""
        import scipy.sparse as sp

        glpk, problem = self.glpk, self.problem
        m, n = glpk.glp_get_num_rows(problem), glpk.glp_get_num_cols(problem)
        rows = _names(glpk.glp_get_row_name, problem, m)
        kept = np.flatnonzero(rows != objective)
        return GlpkMatrix(
            kept_rows=kept,
            rows=rows[kept],
            columns=_names(glpk.glp_get_col_name, problem, n),
            matrix=sp.csr_array(self._entries(m, n)[kept]),
            row_lower=_numbers(glpk.glp_get_row_lb, problem, m)[kept],
            row_upper=_numbers(glpk.glp_get_row_ub, problem, m)[kept],
            column_lower=_numbers(glpk.glp_get_col_lb, problem, n),
            column_upper=_numbers(glpk.glp_get_col_ub, problem, n),
            integer=_numbers(glpk.glp_get_col_kind, problem, n) != glpk.GLP_CV,
            costs=_numbers(glpk.glp_get_obj_coef, problem, n),
            constant=float(glpk.glp_get_obj_coef(problem, 0)),
        )

    def _entries(self, m: int, n: int) -> sp.csr_array:
        """The matrix, taken over column by column into one pair of arrays."""
        import scipy.sparse as sp

        glpk, problem = self.glpk, self.problem
        total = glpk.glp_get_num_nz(problem)
        places, values = np.empty(total, dtype=np.int32), np.empty(total)
        starts = np.zeros(n + 1, dtype=np.int64)
        row_buffer, value_buffer = glpk.intArray(m + 1), glpk.doubleArray(m + 1)
        buffered_rows = _view(row_buffer, ctypes.c_int, m + 1)
        buffered_values = _view(value_buffer, ctypes.c_double, m + 1)
        end = 0
        for column in range(1, n + 1):
            count = glpk.glp_get_mat_col(problem, column, row_buffer, value_buffer)
            start, end = end, end + count
            places[start:end] = buffered_rows[1 : count + 1]
            values[start:end] = buffered_values[1 : count + 1]
            starts[column] = end
        matrix = sp.csr_array(sp.csc_array((values, places - 1, starts), shape=(m, n)))
        matrix.eliminate_zeros()
        return matrix


def swiglpk() -> ModuleType:
    """The module that binds GLPK. Raises BackendError when it is not installed."""
    try:
        import swiglpk as module
    except ImportError:
        help = "pip install 'energyscope-linopy[glpk]'"
        raise backend_error(
            "backend-unavailable", "GLPK is not installed (the package swiglpk is missing)", help
        ) from None
    return module


def _names(name: Callable[[Any, int], str], problem: Any, count: int) -> NDArray[np.object_]:
    names = np.empty(count, dtype=object)
    names[:] = [name(problem, place) for place in range(1, count + 1)]
    return names


def _numbers(number: Callable[[Any, int], float], problem: Any, count: int) -> Values:
    values = np.fromiter((number(problem, place) for place in range(1, count + 1)), dtype=np.float64, count=count)
    values[values >= LARGEST] = np.inf
    values[values <= -LARGEST] = -np.inf
    return values


def _view(array: Any, kind: type[ctypes.c_int | ctypes.c_double], length: int) -> NDArray[Any]:
    """The memory of a C array as a numpy array."""
    return np.ctypeslib.as_array((kind * length).from_address(int(array.this)))


@contextmanager
def _heard(glpk: ModuleType) -> Iterator[list[str]]:
    """What GLPK says meanwhile, which does not reach the terminal; where it cannot be heard it is silenced."""
    said: list[str] = []
    library = ctypes.CDLL(glpk._swiglpk.__file__)
    callback_type = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_char_p)

    def hear(_: object, text: bytes) -> int:
        said.append(text.decode("utf-8", errors="replace"))
        return 1

    callback = callback_type(hear)
    set_hook = getattr(library, "glp_term_hook", None)
    if set_hook is None:
        glpk.glp_term_out(glpk.GLP_OFF)
        yield said
        return
    set_hook.argtypes = [ctypes.c_void_p, ctypes.c_void_p]
    glpk.glp_term_out(glpk.GLP_ON)
    set_hook(ctypes.cast(callback, ctypes.c_void_p), None)
    try:
        yield said
    finally:
        set_hook(None, None)
        glpk.glp_term_out(glpk.GLP_OFF)


def _refused(what: str, said: list[str], folder: str) -> Exception:
    """GLPK's own complaint, without the name of the temporary file."""
    lines = "".join(said).replace(f"{folder}/", "").splitlines()
    complaint = "; ".join(line.strip() for line in lines[-_MESSAGE_LINES:] if line.strip()) or "it gave no reason"
    help = "`energyscope export-mathprog` writes the text that GLPK was given"
    return backend_error("glpk", f"GLPK could not {what}: {complaint}", help)
