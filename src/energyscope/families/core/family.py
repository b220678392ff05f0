"""What a constraint family is: a function from the model to its rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from linopy.constraints import ConstraintBase as Constraint

from energyscope.families.core.variables import Core

Sides = tuple[Constraint, Constraint]
"""Lower and upper side of a double inequality; linopy has no row with two sides."""
Family = Callable[[Core], Constraint | Sides]
Families = Mapping[str, Family]
"""Families by their names in core.mod."""
