"""How fast data text is read, beside pandas on the same numbers in the same run.

Run it as `python tests/bench/bench_data_reading.py [MEGABYTES]`. Prints MB/s and ratios; nothing fails on time.
"""

from __future__ import annotations

import io
import sys
import time
from collections.abc import Callable

import numpy as np
import pandas as pd

from energyscope.language.modeltext import read_model
from energyscope.language.source import Source
from energyscope.modeldata.model_data import ModelData

MODEL = "set I; set J; param p{I,J} default 0; param q{I} default 0; param r{I} default 0; set E dimen 3;"


def matrix(megabytes: float) -> str:
    """Rows of a key and 100 numbers."""
    rows = int(megabytes * 1e6 / (100 * 20))
    values = np.random.default_rng(1).random((rows, 100))
    head = "param p : " + " ".join(f"c{k}" for k in range(100)) + " :=\n"
    return head + "\n".join(f"r{k} " + " ".join(map(repr, row)) for k, row in enumerate(values.tolist())) + ";\n"


def dotted_matrix(megabytes: float) -> str:
    """The same with a hole in every tenth row."""
    lines = matrix(megabytes).split("\n")
    return "\n".join(
        " ".join((*line.split(" ")[:-1], ".")) if k % 10 == 5 and ";" not in line else line
        for k, line in enumerate(lines)
    )


def long_list(megabytes: float) -> str:
    """Two subscripts and a value a line."""
    rows = int(megabytes * 1e6 / 32)
    values = np.random.default_rng(1).random(rows).tolist()
    return "param p :=\n" + "\n".join(f"r{k // 24} h{k % 24} {value!r}" for k, value in enumerate(values)) + ";\n"


def quoted_list(megabytes: float) -> str:
    """The same with quotes around the subscripts."""
    rows = int(megabytes * 1e6 / 36)
    values = np.random.default_rng(1).random(rows).tolist()
    return "param p :=\n" + "\n".join(f"'r{k // 24}' 'h{k % 24}' {value!r}" for k, value in enumerate(values)) + ";\n"


def columns(megabytes: float) -> str:
    """A subscript and two values a line."""
    rows = int(megabytes * 1e6 / 48)
    values = np.random.default_rng(1).random((rows, 2)).tolist()
    return "param : q r :=\n" + "\n".join(f"row{k} {a!r} {b!r}" for k, (a, b) in enumerate(values)) + ";\n"


def tuples(megabytes: float) -> str:
    """A set of triples in parentheses."""
    rows = int(megabytes * 1e6 / 18)
    return "set E :=\n" + "\n".join(f"({k} , {k % 24} , {k % 365})" for k in range(rows)) + ";\n"


def seconds(work: Callable[[], object]) -> float:
    """The best of three."""
    times = []
    for _ in range(3):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


def with_pandas(text: str) -> pd.DataFrame:
    """The body of the statement, split at blanks."""
    body = text[text.index("\n") + 1 :].rstrip(";\n")
    return pd.read_csv(io.StringIO(body), sep=r"\s+", header=None)


def main() -> None:
    """Print one line a shape of table."""
    megabytes = float(sys.argv[1]) if len(sys.argv) > 1 else 20.0
    print(f"{'shape':14} {'MB':>6} {'ours MB/s':>10} {'pandas MB/s':>12} {'ratio':>6}")
    for make in (matrix, dotted_matrix, long_list, quoted_list, columns, tuples):
        text = make(megabytes)
        size = len(text) / 1e6
        files = [("mod", Source("bench.mod", MODEL)), ("dat", Source("bench.dat", text))]
        ours = size / seconds(lambda: ModelData.from_text(read_model(files)))  # type: ignore[arg-type]  # noqa: B023
        peer = size / seconds(lambda: with_pandas(text))  # noqa: B023
        print(f"{make.__name__:14} {size:6.1f} {ours:10.1f} {peer:12.1f} {ours / peer:6.2f}")


if __name__ == "__main__":
    main()
