"""A script without comments and indents: what a browser needs of it, every line where it was.

Comments are for whoever reads the file, and a fifth of what a slow line would carry. The rule is
exact and the same for every script: it reads a script from its start as the language says, so that
strings, templates and regular expressions are never taken for comments. Where only a whole parser
could tell whether a slash divides or begins an expression, the script is refused: none reaches a
browser half understood.
"""

from __future__ import annotations

import itertools
import re

RUN = re.compile(r"""[^/"'`{}]+""")
COMMENT = re.compile(r"/\*.*?\*/|//[^\n]*", re.DOTALL)
TEXT = re.compile(r""""(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'""", re.DOTALL)
TEMPLATE = re.compile(r"(?:\\.|\$(?!\{)|[^`\\$])*(?:`|\$\{)", re.DOTALL)
PATTERN = re.compile(r"/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\[\n])+/\w*")
AROUND_A_BREAK = re.compile(r"[ \t]*\n[ \t]*")
LAST_WORD = re.compile(r"(\.?)\s*([\w$#]+)$")
EXPECTS_A_VALUE = frozenset(
    {"return", "typeof", "case", "do", "else", "in", "instanceof", "new", "void", "delete"}
    | {"throw", "await", "yield", "extends"}
)
HEADS = frozenset({"if", "while", "for", "with"})


class Unclear(ValueError):
    """A script that this reader does not understand for certain."""


def bare(source: str) -> str:
    """The script without comments and indents; each line keeps its number."""
    reader = _Reader(source)
    if reader.code(0) != len(source):
        raise Unclear("a brace closes nothing")
    return "".join(
        AROUND_A_BREAK.sub("\n", part) if is_code else part
        for is_code, pieces in itertools.groupby(reader.kept, key=lambda piece: piece[0])
        for part in ["".join(text for _, text in pieces)]
    )


class _Reader:
    """Reads on from a place, and keeps what is no comment: code, and what is no code inside it."""

    def __init__(self, source: str) -> None:
        self._source = source
        self.kept: list[tuple[bool, str]] = []

    def code(self, at: int) -> int:
        """To the brace that closes what was open at `at`, or to the end."""
        depth = 0
        while at < len(self._source):
            start = self._source[at]
            if run := RUN.match(self._source, at):
                at = self._keep(run, is_code=True)
            elif start in "{}":
                depth += 1 if start == "{" else -1
                if depth < 0:
                    return at
                self.kept.append((True, start))
                at += 1
            elif start == "`":
                self.kept.append((False, start))
                at = self._template(at + 1)
            else:
                at = self._slash(at) if start == "/" else self._whole(TEXT, at)
        if depth:
            raise Unclear("a brace is left open")
        return at

    def _template(self, at: int) -> int:
        while True:
            at = self._whole(TEMPLATE, at)
            if self.kept[-1][1].endswith("`"):
                return at
            at = self.code(at)

    def _slash(self, at: int) -> int:
        if comment := COMMENT.match(self._source, at):
            beside = self._source[at - 1 : at] + self._source[comment.end() : comment.end() + 1]
            space = "" if any(map(str.isspace, beside)) else " "
            self.kept.append((True, "\n" * comment[0].count("\n") or space))
            return comment.end()
        if self._source.startswith("/*", at):
            raise Unclear("a comment does not end")
        if not self._divides():
            return self._whole(PATTERN, at)
        self.kept.append((True, "/"))
        return at + 1

    def _whole(self, form: re.Pattern[str], at: int) -> int:
        match = form.match(self._source, at)
        if match is None:
            raise Unclear("something does not end")
        return self._keep(match, is_code=False)

    def _keep(self, match: re.Match[str], *, is_code: bool) -> int:
        self.kept.append((is_code, match[0]))
        return match.end()

    def _divides(self) -> bool:
        """Does a value end here, so that a slash would divide?"""
        before = [piece for piece in self.kept if piece[1].strip()]
        if not before or not before[-1][0]:
            return bool(before)
        code = before[-1][1].rstrip()
        if code.endswith(("}", "++", "--")):
            raise Unclear("a slash that may divide or begin an expression")
        if code.endswith(")"):
            code = _before_parenthesis("".join(text for is_code, text in before if is_code))
            word = LAST_WORD.search(code)
            return word is None or word[2] not in HEADS
        word = LAST_WORD.search(code)
        if word is None:
            return code.endswith("]")
        return bool(word[1]) or word[2] not in EXPECTS_A_VALUE


def _before_parenthesis(code: str) -> str:
    """What stands before the parenthesis that closes last."""
    code = code.rstrip()
    depth = 0
    for at in range(len(code) - 1, -1, -1):
        depth += {")": 1, "(": -1}.get(code[at], 0)
        if depth == 0:
            return code[:at].rstrip()
    raise Unclear("a parenthesis closes nothing")
