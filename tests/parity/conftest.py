"""The routes by which every test of parity runs, as far as they are here."""

from __future__ import annotations

import pytest

from energyscope.backends.ampl_backend import AmplBackend
from energyscope.backends.glpk_backend import GlpkBackend
from energyscope.compare.routes import ROUTES

READERS = {"glpk": GlpkBackend(), "ampl": AmplBackend()}


@pytest.fixture(params=ROUTES)
def route(request: pytest.FixtureRequest) -> str:
    """The name of a route; a test that takes it runs once on each that is installed."""
    name: str = request.param
    if name in READERS and not (available := READERS[name].availability()).ok:
        pytest.skip(available.reason)
    return name
