"""MathProg's `table … IN "CSV" …` and `table … OUT "CSV" …`."""

from __future__ import annotations

from typing import NoReturn

from energyscope.language import ast
from energyscope.language.syntax.attributes import read_value
from energyscope.language.syntax.cursor import Cursor, StatementError
from energyscope.language.syntax.expressions import expression, indexing_head
from energyscope.language.syntax.levels import POWER
from energyscope.language.syntax.lexer import NAME, STRING, Token
from energyscope.language.syntax.rawtext import statement_end
from energyscope.language.syntax.unsupported import LOAD_TABLES
from energyscope.language.trampoline import run

ATOM = POWER + 1
_FORM = '`table NAME IN "CSV" "file" : SET <- [COLUMNS], PARAMETER~COLUMN;` or `table NAME {…} OUT "CSV" "file" : …;`'


def table(cursor: Cursor) -> ast.TableIn | ast.TableOut:
    """Read a table statement; drivers other than CSV are not supported."""
    keyword = cursor.advance()
    name = cursor.declared_name("a table")
    cursor.string()
    indexing = run(indexing_head(cursor, f"`{name.text}`")) if cursor.kind == "{" else None
    direction = cursor.token.text.upper()
    if direction not in ("IN", "OUT"):
        cursor.refuse("`IN` or `OUT` after the name of the table", _FORM)
    cursor.advance()
    arguments = _arguments(cursor, keyword)
    cursor.expect(":", "after the file of the table", _FORM)
    if direction == "IN":
        return _table_in(cursor, keyword, name, arguments)
    if indexing is None:
        cursor.report.error("syntax", cursor.span(name), f"table `{name.text}` needs an index set", _FORM)
        raise StatementError
    return _table_out(cursor, keyword, name, indexing, arguments)


def _arguments(cursor: Cursor, keyword: Token) -> tuple[ast.Expression, ...]:
    """The driver and what it needs, with commas between them or not."""
    arguments: list[ast.Expression] = []
    while cursor.kind != ":" and cursor.kind != ";":
        arguments.append(read_value(cursor))
        cursor.accept(",")
    driver = arguments[0] if arguments else None
    if not isinstance(driver, ast.Text) or driver.value.upper() != "CSV":
        _refuse_driver(cursor, keyword)
    if len(arguments) < 2:
        cursor.refuse("the name of a file after `CSV`", _FORM)
    return tuple(arguments)


def _refuse_driver(cursor: Cursor, keyword: Token) -> NoReturn:
    cursor.unsupported(keyword, f'tables with the driver "CSV" are; {LOAD_TABLES}')
    raise StatementError(statement_end(cursor.source.text, keyword.stop))


def _table_in(cursor: Cursor, keyword: Token, name: Token, arguments: tuple[ast.Expression, ...]) -> ast.TableIn:
    target: ast.Reference | None = None
    if cursor.kind == NAME:
        target = _reference(cursor)
        cursor.expect("<", "and `-` after the set of the table", _FORM)
        cursor.expect("-", "after `<`", _FORM)
    opening = cursor.expect("[", "before the columns of the subscripts", _FORM)
    keys = [_column(cursor)]
    while cursor.accept(","):
        keys.append(_column(cursor))
    cursor.expect_closing("]", opening)
    fields: list[ast.TableField] = []
    while cursor.accept(","):
        fields.append(_field(cursor, _reference(cursor)))
    cursor.expect_end("the table")
    return ast.TableIn(cursor.since(keyword.start), name.text, arguments, target, tuple(keys), tuple(fields))


def _table_out(
    cursor: Cursor, keyword: Token, name: Token, indexing: ast.Indexing, arguments: tuple[ast.Expression, ...]
) -> ast.TableOut:
    fields = [_field(cursor, read_value(cursor))]
    while cursor.accept(","):
        fields.append(_field(cursor, read_value(cursor)))
    cursor.expect_end("the table")
    return ast.TableOut(cursor.since(keyword.start), name.text, indexing, arguments, tuple(fields))


def _field(cursor: Cursor, value: ast.Expression) -> ast.TableField:
    """`expression ~ column`; a plain name is the name of its column, too."""
    if cursor.accept("~"):
        return ast.TableField(cursor.since(value.span.start), value, _column(cursor))
    reference = value.reference if isinstance(value, ast.Suffix) else value
    if not isinstance(reference, ast.Reference):
        cursor.refuse("`~` and the name of a column after the expression", _FORM)
    return ast.TableField(value.span, value, reference.name)


def _reference(cursor: Cursor) -> ast.Reference:
    if cursor.kind != NAME:
        cursor.refuse("the name of a parameter", _FORM)
    reference = run(expression(cursor, ATOM))
    if not isinstance(reference, ast.Reference):
        cursor.refuse("a plain name before it", _FORM)
    return reference


def _column(cursor: Cursor) -> str:
    """The name of a column of the file: a word, even a keyword, or a string."""
    if cursor.kind == STRING:
        return cursor.string() or ""
    if not cursor.token.text.isidentifier():
        cursor.refuse("the name of a column", _FORM)
    return cursor.advance().text
