"""How docs/protocol.md writes the fields of a socket message, made from the types in edge/wire.py.

`hex16` is 16 bytes as 32 lower-case digits; `u8`, `u16`, `u32` are whole numbers of that many bits;
`[x]` is a list, `x|null` may be null, `x?` may be left out, `{...}` is an object. A closed list of
words has its own name.
"""

from __future__ import annotations

import re

import msgspec
from msgspec import inspect

from hamn.edge import wire

HEX = re.compile(r"\^\[0-9a-f\]\{(\d+)\}\$")
WORDS = re.compile(r"\^\(([a-z0-9_|]+)\)\$")
NAMED = {"^[a-z]{2}$": "language", "^[a-z0-9._-]{2,32}$": "login"}
WIDTHS = {255: "u8", 65535: "u16", 4294967295: "u32"}

FROM_VISITOR = wire.VisitorMessage.__args__
FROM_STAFF = wire.StaffMessage.__args__


def name_of(message: type[wire.Message]) -> str:
    """The name under `t`."""
    return str(message.__struct_config__.tag)


def from_server() -> tuple[type[wire.Message], ...]:
    """Every message type that no client sends."""
    sent = {*FROM_VISITOR, *FROM_STAFF}
    return tuple(each for each in wire.Message.__subclasses__() if each not in sent)


def fields_of(message: type[msgspec.Struct]) -> str:
    """The fields in order, as the document writes them; a dash for none."""
    found = inspect.type_info(message)
    assert isinstance(found, inspect.StructType)
    return ", ".join(_field(each) for each in found.fields) or "-"


def _field(field: inspect.Field) -> str:
    return f"{field.encode_name}{'' if field.required else '?'}: {_form(field.type)}"


def _form(found: inspect.Type) -> str:
    match found:
        case inspect.StrType():
            return _text(found.pattern)
        case inspect.IntType():
            return _number(found)
        case inspect.ListType(item_type=item):
            return f"[{_form(item)}]"
        case inspect.EnumType(cls=cls):
            return cls.__name__.lower()
        case inspect.TupleType(item_types=items):
            return f"[{', '.join(_form(item) for item in items)}]"
        case inspect.StructType(cls=cls):
            return "{" + fields_of(cls) + "}"
        case inspect.UnionType(types=types):
            forms = [_form(each) for each in types]
            return "|".join(sorted(forms, key=lambda form: form == "null"))
    return {inspect.BoolType: "bool", inspect.NoneType: "null"}[type(found)]


def _text(pattern: str | None) -> str:
    if pattern is None:
        return "text"
    digits, words = HEX.fullmatch(pattern), WORDS.fullmatch(pattern)
    if words:
        return " or ".join(words[1].split("|"))
    return f"hex{int(digits[1]) // 2}" if digits else NAMED[pattern]


def _number(found: inspect.IntType) -> str:
    if found.ge is None or found.le is None:
        return "int"
    return WIDTHS[int(found.le)] if found.ge == 0 else f"{found.ge}..{found.le}"
