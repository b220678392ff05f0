"""What the language knows but this reader does not: words, and what to do instead."""

from __future__ import annotations

_SEPARATE_MODELS = "use `--objective` and separate models"
_LOOP_IN_PYTHON = "write the loop in Python: `data.let(...)`, `calc()`"
LOAD_TABLES = "load with pandas and `ModelData.from_frames`"
_LOGIC = "write linear constraints with binary variables"
_NOT_A_SHELL = "do it outside of the model"

REFUSED_STATEMENTS: dict[str, str] = {
    **dict.fromkeys(("problem", "environ", "drop", "restore", "purge", "redeclare", "delete"), _SEPARATE_MODELS),
    **dict.fromkeys(("repeat", "while", "break", "continue"), _LOOP_IN_PYTHON),
    **dict.fromkeys(("include", "commands"), "name the files in order, or write `model FILE;`"),
    **dict.fromkeys(("call", "function"), "there are no external functions: give their values as data"),
    "read": LOAD_TABLES,
    **dict.fromkeys(("reset", "update"), "give data in Python: `data.let(...)`, `calc()`"),
    "suffix": "read duals and bounds from the result",
    **dict.fromkeys(("shell", "cd", "remove"), _NOT_A_SHELL),
    **dict.fromkeys(("solution", "load", "xref", "expand"), "read it from the result"),
}
"""Statements that stay out of the language."""

_RANDOM = "Uniform Uniform01 Normal Normal01 Irand224 Beta Cauchy Exponential Gamma Poisson time gmtime ctime"
RANDOM_FUNCTIONS = frozenset(_RANDOM.split())
RANDOM_HELP = "give the numbers as data: results must be reproducible"

LOGICAL_MARKS: dict[str, str] = dict.fromkeys(("==>", "<==", "<==>"), _LOGIC)
LOGICAL_WORDS: dict[str, str] = dict.fromkeys(
    ("complements", "alldiff", "atleast", "atmost", "exactly", "count", "numberof"), _LOGIC
)

ORDER_HELP = "list the members in their order"
INTERVAL_HELP = "list the members, as in `0..10`"
BOUNDS_HELP = "write the bounds: `integer >= 0, <= 10`"
DOMAIN_HELP = (
    "write bounds; for `in {0} union interval [2, 5]` a binary: "
    "`var on binary; s.t. lo: x >= 2*on; s.t. up: x <= 5*on;`"
)
