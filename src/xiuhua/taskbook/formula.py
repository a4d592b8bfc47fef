"""Formulas of composite scores as people print them: read into names, numbers and + - * / min max, nothing else.

Pure computation. "(in_time*100 + overdue_closing*40)*80% + (1-extension)*10 + (1-rework)*10" is such a formula; names
may be Chinese, signs may be full-width. What is printed can so be computed again and compared with what was published.
"""

import ast
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import reduce
from math import isfinite

from xiuhua.foundation.worktime import Refusal, gettext_noop

LONGEST = 1000
_SIGNS = str.maketrans({"×": "*", "÷": "/", "－": "-", "—": "-", "−": "-"})
_PERCENT = re.compile(r"(\d+(?:\.\d+)?)\s*%")
_OPERATORS: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: lambda a, b: a + b,
    ast.Sub: lambda a, b: a - b,
    ast.Mult: lambda a, b: a * b,
    ast.Div: lambda a, b: a / b,
}
_FUNCTIONS: dict[str, Callable[[float, float], float]] = {"min": min, "max": max}


class FormulaError(Refusal, ValueError):
    """A formula that cannot be read, or not be computed from what is given."""


@dataclass(frozen=True)
class Term:
    """One term of the sum that a formula is: its text and what it comes to, sign included."""

    text: str
    value: float


@dataclass(frozen=True)
class Formula:
    """A formula that was read: ``text`` as given, ``names`` in the order of their first use."""

    text: str
    names: tuple[str, ...]
    tree: ast.expr

    def evaluate(self, values: Mapping[str, float]) -> float:
        """What the formula comes to. Raises ``FormulaError`` for a name without a value, and division by zero."""
        return _value(self.tree, values)

    def terms(self, values: Mapping[str, float]) -> list[Term]:
        """The terms of the outermost sum; together they are what the formula comes to."""
        return [
            Term(f"{'-' if sign < 0 else ''}{_text(part)}", sign * _value(part, values))
            for sign, part in _split(self.tree, 1)
        ]


def read(text: str) -> Formula:
    """The formula that ``text`` is. Raises ``FormulaError`` that names what a formula cannot hold."""
    tidy = _PERCENT.sub(r"(\1/100)", unicodedata.normalize("NFKC", text).translate(_SIGNS).strip())
    if not tidy or len(tidy) > LONGEST or "\x00" in tidy:
        raise FormulaError(gettext_noop("A formula has 1 to %(longest)s characters."), longest=LONGEST)
    try:
        tree = ast.parse(tidy, mode="eval").body
        names = _checked(tree)
    except SyntaxError as error:
        raise FormulaError(
            gettext_noop("The formula cannot be read at character %(place)s: “%(text)s”. Check brackets and signs."),
            place=error.offset or 1, text=tidy[max(0, (error.offset or 1) - 6) : (error.offset or 1) + 5],
        ) from None  # fmt: skip
    except (RecursionError, MemoryError):
        raise FormulaError(gettext_noop("The formula is nested too deeply: take brackets away.")) from None
    return Formula(text, tuple(dict.fromkeys(names)), tree)


def tidy_name(name: str) -> str:
    """A name as formulas know it: width and accents normalised, no blanks around."""
    return unicodedata.normalize("NFKC", name).strip()


def _checked(node: ast.expr) -> list[str]:
    """The names below ``node``, in order."""
    match node:
        case ast.Constant(value=bool()):
            pass
        case ast.Constant(value=int() | float() as number) if isfinite(number):
            return []
        case ast.Name(id=name) if name not in _FUNCTIONS:
            return [name]
        case ast.UnaryOp(op=ast.USub() | ast.UAdd(), operand=inner):
            return _checked(inner)
        case ast.BinOp(left=left, op=operator, right=right) if type(operator) in _OPERATORS:
            return _checked(left) + _checked(right)
        case ast.Call(func=ast.Name(id=name), args=args, keywords=[]) if name in _FUNCTIONS and args:
            return [found for each in args for found in _checked(each)]
    raise FormulaError(
        gettext_noop("A formula cannot hold “%(text)s”: it has names, numbers, + - * /, brackets, min and max."),
        text=_text(node)[:40],
    )  # fmt: skip


def _value(node: ast.expr, values: Mapping[str, float]) -> float:
    match node:
        case ast.Constant(value=int() | float() as number):
            return float(number)
        case ast.Name(id=name):
            return _named(name, values)
        case ast.UnaryOp(op=sign, operand=inner):
            found = _value(inner, values)
            return -found if isinstance(sign, ast.USub) else found
        case ast.BinOp(left=left, op=operator, right=right):
            try:
                return _OPERATORS[type(operator)](_value(left, values), _value(right, values))
            except ZeroDivisionError:
                raise FormulaError(gettext_noop("%(text)s divides by zero here."), text=_text(node)) from None
        case ast.Call(func=ast.Name(id=name), args=args):
            return reduce(_FUNCTIONS[name], [_value(each, values) for each in args])
    raise AssertionError(ast.dump(node))


def _named(name: str, values: Mapping[str, float]) -> float:
    if name in values:
        return float(values[name])
    if near := get_close_matches(name, list(values), n=1):
        raise FormulaError(gettext_noop("There is no value %(name)s. Did you mean %(near)s?"), name=name, near=near[0])
    known = ", ".join(values) or "-"
    raise FormulaError(gettext_noop("There is no value %(name)s. There are: %(known)s."), name=name, known=known)


def _split(node: ast.expr, sign: int) -> list[tuple[int, ast.expr]]:
    match node:
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return _split(left, sign) + _split(right, sign)
        case ast.BinOp(left=left, op=ast.Sub(), right=right):
            return _split(left, sign) + _split(right, -sign)
        case ast.UnaryOp(op=ast.USub(), operand=inner):
            return _split(inner, -sign)
    return [(sign, node)]


def _text(node: ast.expr) -> str:
    return ast.unparse(node)
