"""The report as one HTML file that needs no network: pictures inside, no script, nothing fetched."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from html import escape

from energyscope.plots.btm.contents import Heading, Report
from energyscope.plots.btm.style import SCALE, Picture
from energyscope.plots.btm.tables import Table

STYLE = """
:root { color-scheme: light; }
* { box-sizing: border-box; }
body { font: 15px/1.5 system-ui, "Segoe UI", Roboto, "Liberation Sans", Arial, sans-serif; color: #1d2733;
  background: #fff; margin: 0 auto; padding: 1.5rem 1.25rem 3rem; max-width: 980px; }
h1 { font-size: 1.7rem; line-height: 1.2; margin: 0 0 .2rem; overflow-wrap: anywhere; }
h2 { font-size: 1.2rem; margin: 2.4rem 0 .5rem; padding-top: .5rem; border-top: 2px solid #1d2733; }
h3 { font-size: 1rem; margin: 1.5rem 0 .3rem; }
p { margin: 0 0 .7rem; max-width: 48rem; } p.about, p.note, figcaption, footer { color: #4a5661; }
p.verdict { font-size: 1.08rem; }
p.note, figcaption, footer, nav { font-size: .87rem; }
nav { margin: 0 0 1.2rem; } nav a { margin-right: 1rem; color: #1a5a92; white-space: nowrap; display: inline-block; }
.tiles { display: grid; grid-template-columns: repeat(3, 1fr); gap: .7rem; margin: 1.1rem 0; padding: 0;
  list-style: none; } .tiles.many { grid-template-columns: repeat(4, 1fr); }
.tiles li { border: 1px solid #cdd4db; border-radius: 6px; padding: .6rem .8rem; }
.tiles b { display: block; font-size: 1.3rem; line-height: 1.3; font-variant-numeric: tabular-nums; }
.tiles span { color: #4a5661; font-size: .87rem; }
.wide { overflow-x: auto; margin: 0 0 1rem; }
table { border-collapse: collapse; font-size: .9rem; font-variant-numeric: tabular-nums; }
caption { text-align: left; font-weight: 600; padding: .2rem 0; }
th, td { padding: .22rem .7rem .22rem 0; border-bottom: 1px solid #e1e6ea; text-align: left; vertical-align: top; }
thead th { font-weight: 600; color: #4a5661; border-bottom-color: #8a95a1; vertical-align: bottom; }
tbody th { font-weight: normal; white-space: nowrap; } table.long { font-size: .8rem; }
td.number, th.number { text-align: right; padding: .22rem 0 .22rem .9rem; }
td, td.number { white-space: nowrap; } .number + :not(.number) { padding-left: .9rem; }
tr.total > * { font-weight: 600; border-top: 2px solid #8a95a1; }
figure { margin: .4rem 0 1.6rem; } figure img { display: block; max-width: 100%; height: auto; }
figcaption { max-width: 48rem; margin-top: .2rem; }
code { font: 12px/1.4 ui-monospace, Menlo, Consolas, "Liberation Mono", monospace; }
td code { overflow-wrap: anywhere; white-space: normal; }
.good { color: #14694e; } .bad { color: #a3300f; } footer { margin-top: 2.5rem; }
@media (max-width: 640px) {
  body { padding: 1rem .8rem 2rem; } .tiles, .tiles.many { grid-template-columns: 1fr 1fr; }
  figure img { min-width: 640px; }
  table { font-size: .78rem; } td.number, th.number { padding-left: .4rem; }
}
@media print {
  @page { size: A4; margin: 14mm; }
  body { padding: 0; max-width: none; font-size: 10pt; } nav { display: none; }
  .wide { overflow: visible; } table { font-size: 7.5pt; } thead { display: table-header-group; }
  table.long { font-size: 6.6pt; } td code { font-size: 5.6pt; }
  h2, h3 { break-after: avoid; } tr, figure, .tiles { break-inside: avoid; }
}
"""
POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
"""What a browser may load for the page: what is in it, and nothing else."""
HASH_LENGTH = 64
"""Characters of a SHA-256."""
FEW_TILES, FEW_COLUMNS = 6, 8
"""Tiles that fill rows of three; columns that fit in letters of usual size."""


def page(report: Report, drawn: Mapping[str, bytes]) -> str:
    """The whole report; `drawn` are the pictures as SVG or PNG, by their names."""
    name = escape(report.title)
    links = "".join(f'<a href="#{each.anchor}">{escape(each.title)}</a>' for each in report.headings)
    parts = [
        '<!doctype html><html lang="en"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">',
        f"<title>{name}: battery report</title><style>{STYLE}</style></head><body>",
        f'<header><h1>{name}</h1><p class="about">{escape(report.about)}</p></header>',
        f'<nav aria-label="Contents">{links}</nav><main>',
        f'<p class="verdict">{escape(report.verdict)}</p>',
        f'<p class="{"good" if report.sound else "bad"}">{escape(report.proof)}</p>',
        _tiles(report.headline),
        *(_section(each, drawn) for each in report.headings),
        f"</main><footer>{escape(report.made_with)}</footer></body></html>\n",
    ]
    return "\n".join(parts)


def _tiles(told: Sequence[tuple[str, str]]) -> str:
    tiles = "".join(f"<li><b>{escape(value)}</b><span>{escape(name)}</span></li>" for name, value in told)
    return f'<ul class="{"tiles many" if len(told) > FEW_TILES else "tiles"}">{tiles}</ul>'


def _section(heading: Heading, drawn: Mapping[str, bytes]) -> str:
    parts = [f'<section id="{heading.anchor}"><h2>{escape(heading.title)}</h2>']
    for each in heading.parts:
        named = each.title != heading.title
        shown = _figure(each, drawn[each.name]) if isinstance(each, Picture) else _table(each)
        parts.append(f"<h3>{escape(each.title)}</h3>\n{shown}" if named else shown)
    return "\n".join([*parts, "</section>"])


def _figure(picture: Picture, drawn: bytes) -> str:
    kind = "png" if drawn.startswith(b"\x89PNG") else "svg+xml"
    source = base64.b64encode(drawn).decode("ascii")
    size = f' width="{_png_width(drawn) / SCALE:.0f}"' if kind == "png" else ""
    image = f'<img alt="{escape(picture.alt)}"{size} src="data:image/{kind};base64,{source}">'
    scrolled = f'<div class="wide" tabindex="0" role="group" aria-label="{escape(picture.title)}">{image}</div>'
    return f'<figure id="figure-{picture.name}">{scrolled}<figcaption>{escape(picture.note)}</figcaption></figure>'


def _png_width(drawn: bytes) -> int:
    """Pixels, as the header of the file says."""
    return int.from_bytes(drawn[16:20], "big")


def _table(table: Table) -> str:
    heads = "".join(
        f'<th scope="col"{_kind(table, place)}>{escape(each)}</th>' for place, each in enumerate(table.heads)
    )
    body = "".join(_row(table, place, row) for place, row in enumerate(table.rows))
    note = f'<p class="note">{escape(table.note)}</p>' if table.note else ""
    kind = ' class="long"' if len(table.heads) > FEW_COLUMNS else ""
    shown = f"<table{kind}><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>"
    return f'{note}<div class="wide" tabindex="0" role="group" aria-label="{escape(table.title)}">{shown}</div>'


def _row(table: Table, place: int, row: Sequence[str]) -> str:
    kind = ' class="total"' if table.total and place == len(table.rows) - 1 else ""
    first = f'<th scope="row"{_kind(table, 0)}>{escape(row[0])}</th>'
    cells = "".join(f"<td{_kind(table, at + 1)}>{_cell(each)}</td>" for at, each in enumerate(row[1:]))
    return f"<tr{kind}>{first}{cells}</tr>"


def _kind(table: Table, column: int) -> str:
    return ' class="number"' if column in table.figures else ""


def _cell(text: str) -> str:
    return f"<code>{escape(text)}</code>" if len(text) == HASH_LENGTH else escape(text)
