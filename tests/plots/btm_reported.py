"""Bundles that were run, for tests of their reports, and a reader of the page."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import btm_cases

from energyscope.families.btm.bundles.outputs import write_outputs
from energyscope.families.btm.runners.runners import run_bundle

_VOID = frozenset({"meta", "img", "br"})


def run_case(name: str, folder: Path, runner: str = "backtest", **changed: Mapping[str, Any]) -> Path:
    """A reference case as a bundle with its outputs."""
    return run(btm_cases.bundle_folder(name, folder, **changed), runner)


def run(bundle: Path, runner: str = "backtest") -> Path:
    """Run a bundle and leave the outputs in it."""
    outcome = run_bundle(bundle, runner)
    write_outputs(
        bundle, outcome.dispatch, outcome.metrics, outcome.stats, inputs=outcome.inputs, command=runner, overwrite=True
    )
    return bundle


class Page(HTMLParser):
    """A page whose tags are balanced: its ids, texts of cells by row, images, and whatever it would fetch."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text
        self.open: list[str] = []
        self.tags: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.fetched: list[str] = []
        self.images: list[dict[str, str | None]] = []
        self.rows: list[list[str]] = []
        self.words: list[str] = []
        self.feed(text)
        self.close()
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags.append(tag)
        self.ids += [str(given["id"])] if "id" in given else []
        self.links += [str(given["href"])] if "href" in given else []
        self.fetched += [str(given[name]) for name in ("src", "srcset", "action", "data") if name in given]
        if tag == "img":
            self.images.append(given)
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")
        if tag not in _VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] not in ("style", "title"):
            self.words.append(data)
        if any(tag in self.open for tag in ("td", "th")):
            self.rows[-1][-1] += data

    @property
    def shown(self) -> str:
        """All texts."""
        return " ".join(" ".join(self.words).split())

    def drawn(self) -> list[bytes]:
        """The images as files."""
        return [base64.b64decode(str(each["src"]).partition(",")[2]) for each in self.images]


def addresses(drawing: bytes) -> list[str]:
    """What an SVG refers to, but for places in itself and names of its vocabulary."""
    text = drawing.decode("utf-8")
    found = re.findall(r"(?:href|src)\s*=\s*\"([^\"]*)\"|url\(([^)]*)\)", text)
    return [each for pair in found for each in pair if each and not each.strip("'\"").startswith("#")]
