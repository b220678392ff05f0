"""What a run can be asked for, and what is said of the rest."""

from __future__ import annotations

from collections.abc import Mapping

from energyscope import models
from energyscope.backends.ampl_backend import AmplBackend
from energyscope.backends.base import backend_error
from energyscope.backends.glpk_backend import GlpkBackend
from energyscope.language.diagnostics import Diagnostic, did_you_mean, error, nearest
from energyscope.models import Model
from energyscope.program.blocks import Program

BACKENDS = ("linopy", "linopy:native", "linopy:text", "glpk", "ampl")
"""Names of backends.

`linopy` takes the formulation in Python where the model has one and the text else; with `:native` or `:text` it is
one of them. `glpk` and `ampl` read the text by themselves.
"""


def require_arguments(model: object, solver_options: object, progress: object) -> None:
    """Raise for a model, options or a listener of another kind."""
    if not isinstance(model, Model):
        help = 'a model of files is `Model([("mod", path), ("dat", path)])`, one in Python `LinopyModel(build, data)`'
        if isinstance(model, str):
            near = nearest(model, models.catalogue)
            help = f"say `models.{near}`" if near else help
        shown = repr(model) if isinstance(model, str) else type(model).__name__
        raise error("model-kind", None, f"a model is a `Model`, not {shown}", help)
    if solver_options is not None and not isinstance(solver_options, Mapping):
        message = f"`solver_options` are a mapping, not {type(solver_options).__name__}"
        raise backend_error("solver-option", message, '`solver="highs"` names a solver, `{"time_limit": 60}` an option')
    if progress is not None and not callable(progress):
        message = f"`progress` is a function that is told of each stage, not {progress!r}"
        raise backend_error("argument", message, "say `progress=print`, or leave it out")


def require_backend(name: str, model: Model) -> None:
    """Raise BackendError for a backend that is not there, or that the model has nothing for."""
    if name not in BACKENDS:
        help = did_you_mean(str(name), BACKENDS) or f"there are {', '.join(BACKENDS)}"
        raise backend_error("backend-unknown", f"there is no backend `{name}`", help)
    readers: dict[str, GlpkBackend | AmplBackend] = {"glpk": GlpkBackend(), "ampl": AmplBackend()}
    if name in readers and not (availability := readers[name].availability()).ok:
        raise backend_error("backend-unavailable", f"backend `{name}` cannot be used", availability.reason)
    if name == "linopy:native" and model.build is None:
        help = 'say backend="linopy", or register one: `LinopyModel(build, data)`'
        what = "no formulation in Python" if model.goal is None else "no formulation in Python with another objective"
        raise backend_error("no-formulation", f"the model `{model.name}` has {what}", help)
    if name in ("linopy:text", "glpk", "ampl") and model.build is not None and not model.has_text:
        raise backend_error("no-text", f"the model `{model.name}` has no text", 'say backend="linopy:native"')


def no_objective(program: Program) -> tuple[Diagnostic, ...]:
    """A warning where a model in Python asks for nothing: its answer is any feasible point."""
    if program.objective is not None:
        return ()
    what = "has no objective" if program.n_columns else "is empty: no variables and no objective"
    message = f"the model {what}; its objective is 0, and any feasible point will do"
    help = "give it one with `model.add_objective(...)`"
    return (Diagnostic("no-objective", "warning", None, message, help),)


def require_objective(model: Model, name: str | None) -> None:
    """A formulation in Python has one objective."""
    if name not in (None, model.objective):
        message = f"no objective `{name}` in the formulation of `{model.name}`"
        raise error("unknown-objective", None, message, f"it has `{model.objective}`")
