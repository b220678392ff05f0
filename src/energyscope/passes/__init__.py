"""Exact rewritings of linear programs: smaller ones with the same optimum, and the way back."""

from energyscope.passes.pipeline import Reduction, reduce_program

__all__ = ["Reduction", "reduce_program"]
