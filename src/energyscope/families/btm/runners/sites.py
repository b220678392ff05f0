"""The sites of a portfolio: their bundles read and held against each other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

import numpy as np
import pandas as pd

from energyscope.families.btm import columns
from energyscope.families.btm.bundles.bundle import Amend, Bundle, load_bundle
from energyscope.families.btm.bundles.folder import INPUTS, PORTFOLIO, Folder
from energyscope.families.btm.bundles.hashes import FileHash, file_hash
from energyscope.families.btm.config.reading import read_portfolio
from energyscope.families.btm.config.schemas import PortfolioConfig, Tariff
from energyscope.families.btm.refusals import BtmError, problem, refuse
from energyscope.families.btm.series.data_rows import instant_text
from energyscope.families.btm.series.timeseries import check_frame, read_timeseries
from energyscope.language.diagnostics import Diagnostic

SIGNAL = [columns.IMPORT_PRICE, columns.EXPORT_PRICE]
"""What a price signal has for all sites [GBP/kWh]."""
_NO_SIGNAL = (
    f"`price_signal` names a parquet file beside {PORTFOLIO} with the columns "
    f"{', '.join([columns.TIMESTAMP, *SIGNAL])}, a row for every step"
)


@dataclass(frozen=True, eq=False)
class Portfolio:
    """A portfolio that passed all checks: bundles by the names of their folders, with the prices of the signal if any.

    `inputs` are the fingerprints of portfolio.yaml and of the price signal, by the names of the files.
    """

    path: str
    config: PortfolioConfig
    bundles: Mapping[str, Bundle]
    inputs: Mapping[str, FileHash]


def load_portfolio(path: str | Path, amend: Amend | None = None) -> Portfolio:
    """Read and check portfolio.yaml and all its bundles; `amend` is what options change in the run of every site.

    Raises BtmError with the problems of all sites together, and BTM230 where their steps differ.
    """
    folder = Folder.of(path)
    if not folder.has(PORTFOLIO):
        message = f"`{folder.shown(PORTFOLIO)}` does not exist; expected a folder with it and the bundles of its sites"
        raise refuse("BTM001", message, "it lists the sites by their folders: `sites: [north, south]`")
    config = read_portfolio(folder.shown(PORTFOLIO))
    bundles = _bundles(folder, config, amend)
    if problems := [*_same_names(bundles), *_taken_name(config), *_other_steps(bundles)]:
        raise BtmError(problems)
    if config.price_signal is not None:
        signal = read_timeseries(folder.shown(config.price_signal), _NO_SIGNAL)
        bundles = {name: _priced(each, signal, config.price_signal) for name, each in bundles.items()}
    hashes = {name: file_hash(folder.read(place)) for name, place in _files(config).items()}
    return Portfolio(folder.given, config, bundles, hashes)


def _files(config: PortfolioConfig) -> dict[str, str]:
    """The files of a portfolio by their names, and where they stand as seen from its folder."""
    signal = config.price_signal
    return {PORTFOLIO: PORTFOLIO} | ({} if signal is None else {PurePosixPath(signal).name: signal})


def _taken_name(config: PortfolioConfig) -> Iterator[Diagnostic]:
    """The metadata of a site name the price signal beside the files of its bundle."""
    if config.price_signal is not None and PurePosixPath(config.price_signal).name in (*INPUTS, PORTFOLIO):
        message = f"price_signal `{config.price_signal}` has the name of another input; expected a name of its own"
        yield problem("BTM104", message, "rename the file, as in `prices.parquet`")


@dataclass(frozen=True, eq=False)
class Above:
    """The portfolio over the folder of a site, as far as the outputs of the site depend on it."""

    folder: Folder
    config: PortfolioConfig

    @classmethod
    def of(cls, site: Folder) -> Above | None:
        """The next portfolio in the folders over that of a site; None where there is none. Raises BtmError."""
        folder = site.parent
        while folder is not None and not folder.has(PORTFOLIO):
            folder = folder.parent
        return None if folder is None else cls(folder, read_portfolio(folder.shown(PORTFOLIO)))

    @property
    def places(self) -> Mapping[str, str]:
        """The files of the portfolio by their names, and where they stand as seen from its folder."""
        return _files(self.config)

    def priced(self, bundle: Bundle) -> Bundle:
        """The bundle of a site with the prices that it was run with. Raises BtmError."""
        signal = self.config.price_signal
        return bundle if signal is None else _priced(bundle, read_timeseries(self.folder.shown(signal)), signal)


def _bundles(folder: Folder, config: PortfolioConfig, amend: Amend | None) -> dict[str, Bundle]:
    found: dict[str, Bundle] = {}
    problems: list[Diagnostic] = []
    for name in config.sites:
        try:
            found[name] = load_bundle(folder.shown(name), amend)
        except BtmError as failure:
            problems.extend(failure.diagnostics)
    if problems:
        raise BtmError(problems)
    return found


def _same_names(bundles: Mapping[str, Bundle]) -> Iterator[Diagnostic]:
    """The figures of a site go by its site_id."""
    folders: dict[str, str] = {}
    for name, bundle in bundles.items():
        other = folders.setdefault(bundle.site.site_id, name)
        if other != name:
            message = (
                f"the sites in `{other}` and `{name}` both have site_id `{bundle.site.site_id}`; expected two names"
            )
            yield problem("BTM104", message)


def _other_steps(bundles: Mapping[str, Bundle]) -> Iterator[Diagnostic]:
    """BTM230: what is added up, or limited, over sites must be of the same steps."""
    (first, one), *others = bundles.items()
    lengths = {name: bundle.run.timestep_minutes for name, bundle in bundles.items()}
    for name, bundle in others:
        if lengths[name] != lengths[first]:
            differ = f"timestep_minutes is {lengths[first]} in `{first}`, {lengths[name]} in `{name}`"
            yield problem("BTM230", f"{differ}; expected the same steps in all sites")
        elif not bundle.frame.index.equals(one.frame.index):
            differ = (
                f"the steps of `{first}` and `{name}` differ: {_first_difference(one.frame.index, bundle.frame.index)}"
            )
            help = "cut them to a common part with `horizon`, or the options --start and --end"
            yield problem("BTM230", f"{differ}; expected the same steps in all sites", help)


def _first_difference(one: pd.DatetimeIndex, other: pd.DatetimeIndex) -> str:
    both = min(len(one), len(other))
    differing = np.flatnonzero(one[:both] != other[:both])
    if len(differing):
        row = int(differing[0])
        return f"step {row} is {instant_text(one[row])} in the first and {instant_text(other[row])} in the second"
    return f"the first has {len(one)} of them, the second {len(other)}"


def _priced(bundle: Bundle, signal: pd.DataFrame, file: str) -> Bundle:
    """The bundle with the prices of the signal, which is checked as a time series is."""
    absent = [name for name in (columns.TIMESTAMP, *SIGNAL) if name not in signal]
    if absent:
        found = ", ".join(map(str, signal.columns))
        raise refuse("BTM201", f"{file}: there is no column `{absent[0]}`; the columns are: {found}")
    table = signal[[columns.TIMESTAMP, *SIGNAL]].assign(**dict.fromkeys((columns.LOAD, columns.PV), 0.0))
    prices = check_frame(bundle.site, bundle.run.model_copy(update={"tariff": Tariff()}), table, file=file).frame
    if missing := len(bundle.frame.index.difference(prices.index)):
        message = f"{file} has no prices for {missing} of the steps, the first of them "
        first = instant_text(bundle.frame.index.difference(prices.index)[0])
        raise refuse("BTM230", f"{message}{first}; expected all steps of the sites")
    return replace(bundle, frame=bundle.frame.assign(**{name: prices[name] for name in SIGNAL}))
