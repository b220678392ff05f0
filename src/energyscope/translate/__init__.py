"""Text and data to a linear program: set algebra as joins on code columns, linear expressions as arrays."""

from energyscope.translate.evaluator import Evaluator, evaluator_of
from energyscope.translate.translation import Translation, translate

__all__ = ["Evaluator", "Translation", "evaluator_of", "translate"]
