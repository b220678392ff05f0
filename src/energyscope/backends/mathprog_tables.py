"""Tables that stand for what MathProg lacks: entries of columns in rows, segments of piecewise-linear terms."""

from __future__ import annotations

import numpy as np

from energyscope.backends.mathprog_data import parameter_data, set_data
from energyscope.language.printing.mathprog.scope import Context, EntryTable, SegmentTable
from energyscope.modeldata.index import Index
from energyscope.modeldata.items import Parameter, Set
from energyscope.modeldata.symbols import Symbols, Values
from energyscope.translate.evaluator import Evaluator
from energyscope.translate.frame import group_rows
from energyscope.translate.networks import Entries
from energyscope.translate.segments import Unfolded


def entry_tables(ctx: Context, ev: Evaluator, target: str) -> tuple[tuple[EntryTable, ...], list[str]]:
    """The entries of a row family, a table for every variable they come from, and the data of the tables."""
    if target not in ev.networks.found:
        return (), []
    rows, found = ev.networks.found[target]
    tables: list[EntryTable] = []
    data: list[str] = []
    for column in dict.fromkeys(each.column.name for each in found):
        index = ev.variables.place(column).index
        name = f"{target}_{column}"
        table = EntryTable(column, ctx.fresh(name), ctx.fresh(f"{name}_entry"), rows.dimension, index.dimension)
        keys, values = _summed(rows, index, [each for each in found if each.column.name == column])
        tables.append(table)
        if keys.columns:
            data.extend(_whole_set(table.places, keys, ev.symbols))
        data.append(parameter_data(Parameter(table.coefficient, keys, values), ev.symbols))
    return tuple(tables), data


def _summed(rows: Index, columns: Index, found: list[Entries]) -> tuple[Index, Values]:
    """The coefficient of each place, entries in the same one added up."""
    row = np.concatenate([each.rows for each in found])
    column = np.concatenate([each.columns for each in found])
    values = np.concatenate([each.coefficients for each in found])
    grouping = group_rows((row.astype(np.int32), column.astype(np.int32)), len(row))
    at_row, at_column = row[grouping.first], column[grouping.first]
    codes = (*(each[at_row] for each in rows.columns), *(each[at_column] for each in columns.columns))
    return Index(codes), np.bincount(grouping.group, weights=values, minlength=len(at_row)).astype(np.float64)


def segment_tables(ctx: Context, ev: Evaluator) -> tuple[dict[int, SegmentTable], dict[int, list[str]]]:
    """The piecewise-linear terms of every place in the text, and their data, by `id` of the node."""
    tables: dict[int, SegmentTable] = {}
    data: dict[int, list[str]] = {}
    for node, place in ev.pieces.unfolded.items():
        tables[node] = _segment_table(ctx, place)
        data[node] = _segment_data(tables[node], place, ev.symbols)
    return tables, data


def _segment_table(ctx: Context, place: Unfolded) -> SegmentTable:
    names, division = place.names, place.division
    stem = names.segment

    def fresh(part: str) -> str:
        return ctx.fresh(f"{stem}_{part}")

    return SegmentTable(
        keys=division.keys,
        terms=fresh("terms"),
        segments=fresh("places"),
        steps=fresh("steps") if len(division.steps) else None,
        base=fresh("base"),
        anchor=fresh("anchor"),
        count=fresh("count"),
        slope=fresh("slope"),
        sign=fresh("sign"),
        lower=fresh("lower"),
        upper=fresh("upper"),
        segment=names.segment,
        split=names.split,
        reached=names.reached,
        filled=names.filled,
        opened=names.opened,
    )


def _segment_data(table: SegmentTable, place: Unfolded, symbols: Symbols) -> list[str]:
    division = place.division
    count = np.bincount(division.owner, minlength=len(division.terms)).astype(np.float64)
    data = list(_whole_set(table.terms, division.terms, symbols)) if table.keys else []
    data.extend(_whole_set(table.segments, division.segments, symbols))
    if table.steps is not None:
        data.extend(_whole_set(table.steps, division.segments.take(division.steps), symbols))
    by_term = {table.base: division.base, table.anchor: division.anchor, table.count: count}
    by_segment = {
        table.slope: division.slope,
        table.sign: division.sign,
        table.lower: division.lower,
        table.upper: division.upper,
    }
    for index, figures in ((division.terms, by_term), (division.segments, by_segment)):
        data.extend(parameter_data(Parameter(name, index, values), symbols) for name, values in figures.items())
    return data


def _whole_set(name: str, members: Index, symbols: Symbols) -> list[str]:
    once = (Index((), 1), np.array([0, len(members)], dtype=np.int64))
    return list(set_data(Set(name, *once, members), symbols))
