"""Data sections: from text to statements whose tables stay text until their numbers are asked for."""

from __future__ import annotations

from collections.abc import Callable, Collection

from energyscope.language.ast import DataSection, Node
from energyscope.language.data.cursor import DataCursor, Token
from energyscope.language.data.nodes import ColumnData, Member, ParamData, Segment, SetData, Template
from energyscope.language.data.printer import print_data_section
from energyscope.language.data.words import Words
from energyscope.language.diagnostics import ModelError, Report, error
from energyscope.language.source import Source, Span
from energyscope.language.syntax.rawtext import after_blanks

__all__ = ["print_data_section", "read_data_section"]

_SECTIONS = frozenset(("model", "data", "end"))

ReadCommand = Callable[[int], tuple[Node | None, int]]
"""Reads the command at an offset: gives its statement, if any, and the offset behind it."""


def read_data_section(
    source: Source, start: int, report: Report, commands: Collection[str], read_command: ReadCommand
) -> tuple[DataSection, int]:
    """Cut data text from an offset into statements; mistakes go to the report, reading goes on behind the next `;`.

    Statements that begin with a word of `commands` are left to `read_command`. Gives the section and the offset where
    model text goes on: behind `model;`, or the end of the text after `end;`.
    """
    cursor = DataCursor(source, start)
    statements: list[Node] = []
    while (keyword := _keyword(cursor, report)) is not None:
        try:
            if keyword.text in _SECTIONS and _is_alone(cursor):
                if keyword.text == "data":
                    continue
                stop = cursor.position if keyword.text == "model" else len(source.text)
                return DataSection(Span(source, start, cursor.position), tuple(statements)), stop
            if keyword.text in commands:
                statement, stop = read_command(keyword.span.start)
                cursor.move(max(stop, keyword.span.stop))
            else:
                statement = _statement(cursor, keyword, report)
            if statement is not None:
                statements.append(statement)
        except ModelError as failure:
            report.diagnostics.extend(failure.diagnostics)
            cursor.recover()
    return DataSection(Span(source, start, len(source.text)), tuple(statements)), len(source.text)


def _keyword(cursor: DataCursor, report: Report) -> Token | None:
    """The first word of the next statement, None at the end of the text."""
    while True:
        try:
            token = cursor.take()
            if token.kind == "end":
                return None
            if token.kind == "word":
                return token
            if token.text != ";":
                raise error(
                    "syntax",
                    token.span,
                    f"expected `set` or `param`, found `{token.text}`",
                    "data begin with a keyword",
                )
        except ModelError as failure:
            report.diagnostics.extend(failure.diagnostics)
            cursor.recover()


def _is_alone(cursor: DataCursor) -> bool:
    """Is this `model;`, `data;` or `end;` (a file may end without the semicolon), and no `data FILE;`?"""
    text = cursor.source.text
    place = after_blanks(text, cursor.position)
    if not text.startswith(";", place):
        return place == len(text)
    cursor.move(place + 1)
    return True


def _statement(cursor: DataCursor, keyword: Token, report: Report) -> Node:
    word = keyword.text
    if word == "set":
        return _set_data(cursor, keyword, report)
    if word == "param":
        return _param_data(cursor, keyword, report)
    help = (
        "put `model;` above declarations"
        if word in ("var", "minimize", "maximize", "subject", "s.t.", "check")
        else None
    )
    raise error("syntax", keyword.span, f"expected `set` or `param`, found `{word}`", help)


def _set_data(cursor: DataCursor, keyword: Token, report: Report) -> SetData:
    name = _name(cursor, "set")
    key = _subscripts(cursor) if cursor.peek().text == "[" else ()
    _assignment(cursor)
    segments = _segments(cursor, "(")
    _close(cursor, keyword, report)
    return SetData(cursor.since(keyword), name.text, name.span, key, segments)


def _subscripts(cursor: DataCursor) -> tuple[Member, ...]:
    template = _template(cursor)
    members = tuple(place for place in template.places if place is not None)
    if len(members) < len(template.places):
        raise error("syntax", template.span, "the key of a set has no free place", "name every subscript")
    return members


def _param_data(cursor: DataCursor, keyword: Token, report: Report) -> ParamData | ColumnData:
    default = _default(cursor)
    if cursor.peek().text == ":":
        return _column_data(cursor, keyword, default, report)
    name = _name(cursor, "parameter")
    default = _default(cursor) or default
    _assignment(cursor)
    segments = _segments(cursor, "[")
    _close(cursor, keyword, report)
    return ParamData(cursor.since(keyword), name.text, name.span, default, segments)


def _column_data(cursor: DataCursor, keyword: Token, default: Member | None, report: Report) -> ColumnData:
    cursor.take()
    names = _names(cursor)
    members: Token | None = None
    if cursor.peek().text == ":":
        if len(names) != 1:
            raise error(
                "syntax", cursor.peek().span, "one set stands before the second `:`", "param : SET : names := ..."
            )
        cursor.take()
        members, names = names[0], _names(cursor)
    if not names:
        raise cursor.unexpected("the name of a parameter")
    if not _assignment(cursor):
        raise cursor.unexpected("`:=`")
    segments = _segments(cursor, "[", tables=False)
    _close(cursor, keyword, report)
    return ColumnData(
        cursor.since(keyword),
        tuple(name.text for name in names),
        tuple(name.span for name in names),
        default,
        members.text if members else None,
        members.span if members else None,
        segments,
    )


def _names(cursor: DataCursor) -> list[Token]:
    names = []
    while (token := cursor.peek()).kind == "word" or token.text == ",":
        cursor.take()
        if token.kind == "word":
            names.append(token)
    return names


def _default(cursor: DataCursor) -> Member | None:
    """The value behind `default`, None when the word does not stand here."""
    if cursor.peek().text != "default":
        return None
    cursor.take()
    return cursor.member("a value")


def _name(cursor: DataCursor, what: str) -> Token:
    if cursor.peek().kind != "word":
        raise cursor.unexpected(f"the name of a {what}")
    return cursor.take()


def _assignment(cursor: DataCursor) -> bool:
    if cursor.peek().text not in (":=", "="):
        return False
    cursor.take()
    return True


def _segments(cursor: DataCursor, bracket: str, tables: bool = True) -> tuple[Segment, ...]:
    """Runs of words with their templates and table heads, up to the `;`. A template holds until the next one."""
    segments = []
    template: Template | None = None
    while (first := cursor.peek()).text != ";" and first.kind != "end":
        template = _template(cursor) if cursor.at_template(bracket) else template
        transposed, columns = _head(cursor) if tables else (False, None)
        body = cursor.words(tuples=bracket == "(")
        if cursor.position == first.span.start:
            raise cursor.unexpected("a value or `;`" if bracket == "[" else "a member or `;`")
        segments.append(Segment(cursor.since(first), template, transposed, columns, body))
    return tuple(segments)


def _head(cursor: DataCursor) -> tuple[bool, Words | None]:
    """`(tr)` and the columns between `:` and `:=`; no columns where no table begins."""
    transposed = cursor.take_transposed()
    if cursor.peek().text != ":":
        return False, None
    cursor.take()
    columns = cursor.words(tuples=False)
    if not columns:
        raise cursor.unexpected("a column")
    if not _assignment(cursor):
        raise cursor.unexpected("`:=` after the columns")
    return transposed, columns


def _template(cursor: DataCursor) -> Template:
    """`[a,*]` or `(a,*)`, read to its closing bracket."""
    opening = cursor.take()
    closing = "]" if opening.text == "[" else ")"
    places: list[Member | None] = []
    while (token := cursor.peek()).text != closing:
        if token.text == "*":
            cursor.take()
            places.append(None)
        else:
            places.append(cursor.member("a subscript or `*`"))
        if cursor.peek().text == ",":
            cursor.take()
    cursor.take()
    return Template(cursor.since(opening), tuple(places))


def _close(cursor: DataCursor, keyword: Token, report: Report) -> None:
    token = cursor.peek()
    if token.kind == "end":
        report.warning(
            "missing-semicolon", cursor.last, f"the last `{keyword.text}` statement has no `;`", "put one at the end"
        )
    elif token.text != ";":
        raise cursor.unexpected("`;`")
    else:
        cursor.take()
