"""How tightly operators bind: the table of spec/ampl, section 3, loosest first."""

from __future__ import annotations

ANY = 1
"""Level of an expression that may hold logic and relations."""
AND = 4
NOT = 5
RELATION = 6
MEMBERSHIP = 7
VALUE = 8
"""Level of a number, text or set without relations: `arith` and `sexpr` of the grammar."""
RANGE = 12
SUM = 13
PRODUCT = 15
POWER = 17

LEVELS: dict[str, int] = {
    "or": 2,
    "and": AND,
    **dict.fromkeys(("<", "<=", "=", "<>", ">=", ">"), RELATION),
    **dict.fromkeys(("in", "within", "not"), MEMBERSHIP),
    "&": VALUE,
    **dict.fromkeys(("union", "diff", "symdiff"), 9),
    "inter": 10,
    "cross": 11,
    "..": RANGE,
    **dict.fromkeys(("+", "-", "less"), SUM),
    **dict.fromkeys(("*", "/", "div", "mod"), PRODUCT),
    "^": POWER,
}
"""Levels of what may stand between two operands."""

BODY_LEVELS: dict[str, int] = {
    **dict.fromkeys(("sum", "prod", "min", "max"), PRODUCT),
    **dict.fromkeys(("exists", "forall"), AND),
    "union": LEVELS["inter"],
    "inter": LEVELS["cross"],
}
"""What the body of an iterated operator holds (that of `setof` is a member)."""
