"""The parser's place in a text: the current token, what came before it, and how to complain."""

from __future__ import annotations

from typing import NoReturn

from energyscope.language.diagnostics import Report
from energyscope.language.source import Source, Span
from energyscope.language.syntax.lexer import BAD, END_OF_FILE, KEYWORDS, NAME, STRING, Lexer, Token, string_value
from energyscope.language.syntax.rawtext import after_blanks, statement_end
from energyscope.language.syntax.unsupported import LOGICAL_MARKS, LOGICAL_WORDS

STATEMENT_KEYWORDS = frozenset(("set", "param", "var", "minimize", "maximize", "subject", "s.t.", "check"))
"""Keywords that stand nowhere but at the start of a statement: reading goes on there when a `;` was forgotten."""


class StatementError(Exception):
    """A statement cannot be read on; why is in the report. `resume` is a place known to be behind it."""

    def __init__(self, resume: int | None = None) -> None:
        super().__init__()
        self.resume = resume


class Cursor:
    """One token of lookahead over a text; `known_sets` are the names declared as sets so far.

    `statement` says what is being read, for a message at the end of the file; `placeholders` are the words that stand
    for entries of columns in it. A command among data is read with `in_data`.
    """

    __slots__ = (
        "in_data",
        "kind",
        "known_sets",
        "lexer",
        "placeholders",
        "previous",
        "report",
        "source",
        "statement",
        "token",
    )

    def __init__(self, source: Source, position: int, report: Report, known_sets: set[str]) -> None:
        self.source = source
        self.report = report
        self.known_sets = known_sets
        self.lexer = Lexer(source, position, report)
        self.statement = ""
        self.placeholders: frozenset[str] = frozenset()
        self.in_data = False
        self.restart(position)

    def restart(self, position: int) -> None:
        """Go on reading at an offset."""
        self.lexer.position = position
        self.previous = Token(END_OF_FILE, "", position, position)
        self.token = self.lexer.next()
        self.kind = self.token.kind

    def advance(self) -> Token:
        """The current token; the cursor moves behind it."""
        token = self.token
        self.previous = token
        self.token = following = self.lexer.next()
        self.kind = following.kind
        return token

    def accept(self, kind: str) -> bool:
        """Move behind the current token when it is of this kind."""
        if self.kind != kind:
            return False
        self.advance()
        return True

    def expect(self, kind: str, where: str, help: str | None = None) -> Token:
        """The current token, which must be of this kind."""
        if self.kind != kind:
            self.refuse(f"`{kind}` {where}", help)
        return self.advance()

    def expect_closing(self, kind: str, opening: Token) -> Token:
        """The bracket that closes an opening one."""
        if self.kind != kind:
            self.refuse(f"`{kind}`", f"it closes the `{opening.text}` at {self._place(opening)}")
        return self.advance()

    def expect_end(self, what: str, help: str | None = None) -> Token:
        """The `;` behind a statement; the end of the file closes the last one of data text."""
        if self.in_data and self.kind == END_OF_FILE:
            place = self.span(self.previous)
            self.report.warning("missing-semicolon", place, f"{what} has no `;` behind it", "put one at the end")
            return self.previous
        return self.expect(";", f"after {what}", help or f"{what} ends with `;`")

    def declared_name(self, what: str) -> Token:
        """The name that a statement declares; a keyword in its place is reported and taken as one."""
        if self.token.text in KEYWORDS:
            name = self.token.text
            message = f"`{name}` is a keyword and cannot be a name"
            self.report.error("reserved-word", self.span(self.token), message, f"try `{name}_`")
        elif self.kind != NAME:
            self.refuse(f"the name of {what}")
        token = self.advance()
        self.statement = f"{self.statement} {token.text}".lstrip()
        return token

    def string(self) -> str | None:
        """The value of the current token when it is a string; the cursor moves behind it."""
        return string_value(self.advance().text) if self.kind == STRING else None

    def span(self, token: Token) -> Span:
        """The place of a token."""
        return Span(self.source, token.start, token.stop)

    def since(self, start: int) -> Span:
        """From an offset to the token before the current one."""
        return Span(self.source, start, self.previous.stop)

    def follows(self, text: str) -> bool:
        """Does this text stand behind the current token? Nothing is lexed to see it."""
        return self.source.text.startswith(text, after_blanks(self.source.text, self.token.stop))

    def refuse(self, expected: str, help: str | None = None) -> NoReturn:
        """The current token does not fit: say what was expected and abandon the statement."""
        token = self.token
        if token.kind == END_OF_FILE:
            self.report.error(
                "unexpected-end", self.span(self.previous), f"file ends inside `{self.statement}`", "a `;` is missing"
            )
        elif logic := LOGICAL_MARKS.get(token.kind) or LOGICAL_WORDS.get(token.text):
            self.unsupported(token, logic)
        elif logic := LOGICAL_WORDS.get(self.previous.text):
            self.unsupported(self.previous, logic)
        elif token.kind != BAD:
            self.report.error("syntax", self.span(token), f"expected {expected}, found `{token.text}`", help)
        raise StatementError

    def unsupported(self, token: Token, help: str, later: bool = False) -> None:
        """Note a construct that is not supported (yet), at its first keyword."""
        message = f"`{token.text}` is not supported{' yet' if later else ''}"
        self.report.error("unsupported", self.span(token), message, help)

    def statement_stop(self, position: int) -> int:
        """The offset behind the `;` of the statement around a place, or the end of the text."""
        return statement_end(self.source.text, position) or len(self.source.text)

    def recover(self, error: StatementError) -> None:
        """Move behind the statement that was abandoned: past its `;`, or to the keyword of the next one."""
        if error.resume is not None:
            self.restart(error.resume)
            return
        while self.kind not in (";", END_OF_FILE) and self.kind not in STATEMENT_KEYWORDS and not self.at_section():
            self.advance()
        self.accept(";")

    def at_section(self) -> bool:
        """Is the current statement `data;`, `model;` or `end;` (a file may end without this semicolon)?"""
        if self.kind != NAME or self.token.text not in ("data", "model", "end"):
            return False
        text = self.source.text
        return self.follows(";") or after_blanks(text, self.token.stop) == len(text)

    def _place(self, token: Token) -> str:
        line, column = self.source.line_column(token.start)
        return f"line {line}, column {column}"
