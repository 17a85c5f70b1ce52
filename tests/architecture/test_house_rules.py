"""The house rules that no linter knows, each with a sample it lets through and one it catches."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.architecture.tree import ours, text_of

MAX_LINES = 400
LOG_METHODS = frozenset({"debug", "info", "warning", "error", "critical", "exception", "log"})


@dataclass(frozen=True, slots=True)
class Rule:
    """A sentence, the files it holds for, and what finds the lines that break it."""

    sentence: str
    files: tuple[str, ...]
    breaks: Callable[[str], Iterator[int]]
    good: str
    bad: tuple[str, ...]


def lines_with(pattern: str, *, comments: str | None = None) -> Callable[[str], Iterator[int]]:
    """A finder of lines that match, after blanking what `comments` matches."""
    regex = re.compile(pattern, re.IGNORECASE)

    def find(text: str) -> Iterator[int]:
        if comments is not None:
            text = re.sub(comments, lambda m: "\n" * m[0].count("\n"), text, flags=re.DOTALL)
        yield from (n for n, line in enumerate(text.splitlines(), 1) if regex.search(line))

    return find


JS_COMMENTS = r"/\*.*?\*/|(?m:(?:^|(?<=\s))//.*?$)"
JINJA_COMMENTS = r"\{#.*?#\}|<!--.*?-->"


def built_log_lines(text: str) -> Iterator[int]:
    """Log calls whose words are built from values: a value could carry content into the log."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call) and is_log_call(node) and any(map(is_built, node.args)):
            yield node.lineno


def is_log_call(node: ast.Call) -> bool:
    if not isinstance(node.func, ast.Attribute) or node.func.attr not in LOG_METHODS:
        return False
    return "log" in ast.unparse(node.func.value).lower()


def is_built(node: ast.expr) -> bool:
    if isinstance(node, ast.BinOp):
        return isinstance(node.op, (ast.Mod, ast.Add))
    if isinstance(node, ast.Call):
        return isinstance(node.func, ast.Attribute) and node.func.attr == "format"
    return isinstance(node, ast.JoinedStr)


def swedish_strings(text: str) -> Iterator[int]:
    """String literals with Swedish letters; documentation strings may cite the glossary."""
    tree = ast.parse(text)
    statements = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    strings = [node for node in ast.walk(tree) if isinstance(node, ast.Constant)]
    for node in strings:
        if id(node) not in statements and re.search("[åäöÅÄÖ]", str(node.value)):
            yield node.lineno


RULES = (
    Rule(
        "Words reach a page as text, and nothing is left in the browser's storage",
        ("web/js/**/*.js",),
        lines_with(
            r"\b(innerHTML|outerHTML|insertAdjacentHTML|document\.write|localStorage|srcdoc"
            r"|createContextualFragment|setHTMLUnsafe)\b|\beval\s*\(|new\s+Function\s*\(",
            comments=JS_COMMENTS,
        ),
        'line.textContent = words; // never innerHTML\nconst medieval = retrieval("x");',
        ("line.innerHTML = words;", "eval(words);", "localStorage.code = code;"),
    ),
    Rule(
        "A page has no script, style or handler of its own inside it",
        ("web/pages/**/*",),
        lines_with(
            r"<script(?![^>]*\bsrc=)(?![^>]*application/json)|<style\b|\sstyle\s*=|\son[a-z]+\s*="
            r"|javascript:",
            comments=JINJA_COMMENTS,
        ),
        '<script type="module" src="/js/a.js"></script>\n<p lang="sv">{# style= #}</p>',
        ("<script>go()</script>", "<p style='a: b'>", '<a onclick="go()">', "<style>p {}</style>"),
    ),
    Rule(
        "A script styles by attributes and classes, never by inline style text",
        ("web/js/**/*.js",),
        lines_with(
            r"""setAttribute\(\s*["'](style|on[a-z]+)["']|\.cssText\b""", comments=JS_COMMENTS
        ),
        'this.setAttribute("state", "open");',
        ('this.setAttribute("style", "a: b");', 'a.setAttribute("onclick", "b()");'),
    ),
    Rule(
        "A log line is a fixed word with fields, never a sentence built from values",
        ("server/**/*.py",),
        built_log_lines,
        'log.warning("refused", extra={"code": code})\nmath.log(a % b)',
        ('log.info(f"from {a}")', 'self.logger.error("%s" % a)', 'log.info("a {}".format(b))'),
    ),
    Rule(
        "Swedish lives in the catalogues, not in the server",
        ("server/**/*.py",),
        swedish_strings,
        '"""Rådgivare is the Swedish word."""\nrole = "adviser"',
        ('role = "rådgivare"', 'role = f"en rådgivare {name}"'),
    ),
    Rule(
        "Swedish lives in the catalogues, not in the scripts",
        ("web/js/**/*.js",),
        lines_with("[åäö]", comments=JS_COMMENTS),
        '// rådgivare\nconst role = "adviser";',
        ('const role = "rådgivare";',),
    ),
    Rule(
        "No file names a path of one machine",
        ("**/*",),
        lines_with(r"/(?:[r]oot|[h]ome/\w+|[w]ork/\w+|[U]sers/\w+)/"),
        "/usr/bin/chromium",
        ("see /" + "root/notes", "/" + "home/anna/hamn/x"),
    ),
    Rule(
        "No file names a package registry",
        ("**/*",),
        lines_with(
            r"pypi[.]org|pythonhosted[.]org|registry[.]npm|registry[.]yarn"
            r'|--(?:extra-)?index[-]url|"resolved": ["]http'
        ),
        "starlette==1.10.0 --hash=sha256:00",
        ("https://" + "pypi" + ".org/simple", "--index" + "-url x"),
    ),
    Rule(
        "A script opens by saying what it is about",
        ("web/js/**/*.js",),
        lambda text: iter(() if text.startswith(("/**", "// ")) else (1,)),
        "/** The room's frames. */\n",
        ("export const a = 1;",),
    ),
    Rule(
        f"A file over {MAX_LINES} lines is split, or its first paragraph says why it is not",
        ("server/**/*.py", "web/js/**/*.js", "web/css/*.css", "tests/**/*.py", "tests/js/**/*.js"),
        lambda text: iter((MAX_LINES + 1,) if is_too_long(text) else ()),
        '"""Over 400 lines on purpose: one contract, one file."""\n' + "a = 1\n" * 401,
        ('"""A module."""\n' + "a = 1\n" * 400,),
    ),
    Rule(
        "Nothing is left to be done later",
        ("server/**/*.py", "web/**/*.js", "web/pages/**/*", "web/css/*.css", "tests/**/*.py"),
        lines_with(r"\b(?:TO[D]O|FIX[M]E|X[X]X)\b"),
        "a = 1  # the lease is 60 s",
        ("a = 1  # TO" + "DO later",),
    ),
)


def is_too_long(text: str) -> bool:
    opening = text[:1000].lower()
    return text.count("\n") > MAX_LINES and f"over {MAX_LINES} lines on purpose" not in opening


def readable(path: Path) -> str:
    """The text of a file; what is not text has no lines to judge."""
    try:
        return text_of(path)
    except UnicodeDecodeError:
        return ""


def broken(rule: Rule) -> list[str]:
    """The places that break a rule."""
    files = sorted({path for pattern in rule.files for path in ours(pattern)})
    return [f"{path}:{line}" for path in files for line in rule.breaks(readable(path))]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.sentence)
def test_the_house_keeps(rule: Rule) -> None:
    assert broken(rule) == [], rule.sentence


@pytest.mark.check(44)
def test_no_markup_is_made_from_text_and_nothing_stands_inline() -> None:
    scan = [rule for rule in RULES if rule.files in {("web/js/**/*.js",), ("web/pages/**/*",)}]

    assert len(scan) >= 3
    assert [place for rule in scan for place in broken(rule)] == []
    assert ours("web/pages/*.html")
    assert ours("web/js/elements/*.js")


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.sentence)
def test_the_rule_lets_its_good_sample_through(rule: Rule) -> None:
    assert list(rule.breaks(rule.good)) == []


@pytest.mark.parametrize(
    ("rule", "bad"),
    [(rule, bad) for rule in RULES for bad in rule.bad],
    ids=lambda value: value.sentence if isinstance(value, Rule) else "",
)
def test_the_rule_catches_its_bad_samples(rule: Rule, bad: str) -> None:
    assert list(rule.breaks(bad)) != []


def test_each_rule_has_files_to_hold_for() -> None:
    assert [
        rule.sentence for rule in RULES if not any(ours(pattern) for pattern in rule.files)
    ] == []
