"""What a text shows after its solve: `display`, `print`, `printf`, and tables that are written."""

from energyscope.translate.shown.outputs import FileText, Shown, TableOut
from energyscope.translate.shown.running import AfterSolve, show

__all__ = ["AfterSolve", "FileText", "Shown", "TableOut", "show"]
