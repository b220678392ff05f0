"""Reading and checking configurations: from the files of a bundle, or from mappings made in Python."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from energyscope.families.btm.config.contradictions import of_choices, own_contradictions
from energyscope.families.btm.config.faults import diagnostics, faults
from energyscope.families.btm.config.patch_faults import patch_faults
from energyscope.families.btm.config.places import Document
from energyscope.families.btm.config.schemas import PortfolioConfig, RunConfig, Scenarios, SiteConfig
from energyscope.families.btm.config.section import ConfigFile
from energyscope.families.btm.config.sound import sound_part
from energyscope.families.btm.config.yamltext import read_yaml
from energyscope.families.btm.refusals import BtmError
from energyscope.language.diagnostics import Diagnostic

_Config = TypeVar("_Config", bound=ConfigFile)


def read_site(path: str | Path) -> SiteConfig:
    """The site of a site_config.yaml, local or behind a URL of fsspec; it knows where its fields stand.

    Raises BtmError with all that is wrong: BTM001, BTM101, else BTM102 to BTM106 with line and column.
    """
    return _read(SiteConfig, path)


def read_run(path: str | Path) -> RunConfig:
    """The run of a run_config.yaml; errors as of `read_site`.

    What an option of a command may still change (horizon, runner, exclusivity, backend) is left to `contradictions`.
    """
    return _read(RunConfig, path)


def read_portfolio(path: str | Path) -> PortfolioConfig:
    """The sites of a portfolio.yaml; errors as of `read_site`."""
    return _read(PortfolioConfig, path)


def read_scenarios(path: str | Path) -> Scenarios:
    """The grid of a scenarios.yaml, patches checked field by field; errors as of `read_site`."""
    return _read(Scenarios, path)


def site_of(tree: Mapping[str, Any]) -> SiteConfig:
    """The site that a mapping made in Python describes. Raises BtmError as `read_site`, without places."""
    return _config(SiteConfig, tree, None)


def run_of(tree: Mapping[str, Any]) -> RunConfig:
    """The run that a mapping made in Python describes. Raises BtmError as `read_run`, without places."""
    return _config(RunConfig, tree, None)


def _read(kind: type[_Config], path: str | Path) -> _Config:
    document = read_yaml(path)
    return _config(kind, {} if document.data is None else document.data, document)


def _config(kind: type[_Config], tree: Any, document: Document | None) -> _Config:
    """A configuration without faults and, of itself, without contradictions. Raises BtmError."""
    try:
        config = kind.model_validate(tree)
    except ValidationError as error:
        wrong = faults(kind, error, tree)
        sound = sound_part(kind, tree, [fault.path for fault in wrong])
        found = [*diagnostics(kind, wrong, document), *patch_faults(kind, tree, document)]
        clashes = [] if sound is None else _all_contradictions(_placed(sound, document))
        raise BtmError(_by_place([*found, *clashes])) from None
    config = _placed(config, document)
    patches = list(patch_faults(kind, tree, document))
    if patches or own_contradictions(config):
        raise BtmError(_by_place([*patches, *_all_contradictions(config)]))
    return config


def _placed(config: _Config, document: Document | None) -> _Config:
    return config if document is None else config.read_from(document)


def _all_contradictions(config: ConfigFile) -> list[Diagnostic]:
    """Those that an option could mend are told where others leave no run to be mended."""
    return [*own_contradictions(config), *(of_choices(config) if isinstance(config, RunConfig) else ())]


def _by_place(found: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Problems in the order of the file."""
    return sorted(found, key=lambda each: -1 if each.span is None else each.span.start)
