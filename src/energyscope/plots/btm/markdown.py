"""The report as Markdown with pictures beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from energyscope.plots.btm.contents import Part, Report
from energyscope.plots.btm.style import Picture
from energyscope.plots.btm.tables import Table


def markdown(report: Report, files: Mapping[str, str]) -> str:
    """The whole report; `files` are the names of the picture files, by the names of the pictures."""
    parts = [f"# {_escaped(report.title)}", report.about, report.verdict, report.proof]
    parts.append("\n".join(f"- {name}: **{value}**" for name, value in report.headline))
    for heading in report.headings:
        parts.append(f"## {heading.title}")
        parts += [_part(each, files) for each in heading.parts]
    return "\n\n".join([*parts, report.made_with]) + "\n"


def _part(part: Part, files: Mapping[str, str]) -> str:
    if isinstance(part, Picture):
        return f"![{_escaped(part.alt)}]({files[part.name]})\n\n{part.note}"
    return "\n\n".join(each for each in (part.note, _table(part)) if each)


def _table(table: Table) -> str:
    rule = ["---:" if place in table.figures else "---" for place in range(len(table.heads))]
    return "\n".join([_row(table.heads), f"| {' | '.join(rule)} |", *map(_row, table.rows)])


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(_escaped(each) for each in cells)} |"


def _escaped(text: str) -> str:
    """Text in which nothing is markup; underscores within words are none."""
    for sign in "\\`*<>[]|":
        text = text.replace(sign, f"\\{sign}")
    return " ".join(text.split())
