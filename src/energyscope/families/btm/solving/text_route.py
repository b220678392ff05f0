"""A run by way of its text: for the backends that read the equations of btm.mod themselves."""

from __future__ import annotations

from energyscope.families.btm.program.inputs import Inputs
from energyscope.families.btm.program.twin import dat_of, text_file
from energyscope.language.modeltext import read_model
from energyscope.language.source import Source
from energyscope.modeldata.symbols import Values
from energyscope.program.blocks import Program
from energyscope.translate.commands.load import load
from energyscope.translate.translation import Translation, translate


def translation_of(inputs: Inputs) -> Translation:
    """The text of btm.mod with the data of a run, translated."""
    text = read_model([("mod", Source.from_file(text_file())), ("dat", Source("data of the run", dat_of(inputs)))])
    return translate(text, load(text, ()))


def values_of(program: Program, primal: Values) -> dict[str, Values]:
    """The values of every variable by its name, in order of its index."""
    return {name: primal[block.columns] for name, block in program.variables.items()}
