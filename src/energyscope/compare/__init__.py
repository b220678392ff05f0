"""Parity: one model by several routes, and whether their answers are answers to one another's programs."""

from energyscope.compare.comparison import compare
from energyscope.compare.report import ParityReport

__all__ = ["ParityReport", "compare"]
