"""Commands of a text carried out on its data: `let`, `for`, `if`, `fix`, `unfix`, `objective`."""

from energyscope.translate.commands.load import load

__all__ = ["load"]
