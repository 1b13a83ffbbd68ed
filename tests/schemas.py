"""JSON Schema, as much of it as our schemas use: draft 2020-12 without what is conditional or relative."""

import json
from collections.abc import Iterator
from typing import Any

from whygrad.explaining.document.contents import SCHEMA

KNOWN = {
    *("$schema", "$defs", "$ref", "title", "description", "type", "properties", "required", "additionalProperties"),
    *("items", "minItems", "maxItems", "anyOf", "enum", "const", "minimum"),
}
TYPES = {"object": dict, "array": list, "string": str, "boolean": bool, "null": type(None)}


def read(d: Any) -> dict[str, Any]:
    """The document of a derivation, held against its schema."""
    found: dict[str, Any] = json.loads(d.to_json())
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    assert list(problems(found, schema, schema)) == []
    return found


def problems(value: Any, schema: dict[str, Any], root: dict[str, Any], place: str = "$") -> Iterator[str]:
    """Where the value is not what the schema says, and how."""
    assert set(schema) <= KNOWN, f"{place}: the validator does not know {set(schema) - KNOWN}"
    if "$ref" in schema:
        *_, name = schema["$ref"].split("/")
        yield from problems(value, root["$defs"][name], root, place)
    if "type" in schema and not has_type(value, schema["type"]):
        yield f"{place}: {value!r:.60} is no {schema['type']}"
        return
    if "const" in schema and value != schema["const"]:
        yield f"{place}: {value!r} is not {schema['const']!r}"
    if "enum" in schema and value not in schema["enum"]:
        yield f"{place}: {value!r} is none of {schema['enum']}"
    if "minimum" in schema and has_type(value, "number") and value < schema["minimum"]:
        yield f"{place}: {value!r} is below {schema['minimum']}"
    if "anyOf" in schema and all(any(problems(value, one, root, place)) for one in schema["anyOf"]):
        yield f"{place}: {value!r:.60} is none of what it may be"
    if isinstance(value, dict):
        yield from object_problems(value, schema, root, place)
    if isinstance(value, list):
        if not schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", len(value)):
            yield f"{place}: {len(value)} items"
        for number, one in enumerate(value):
            yield from problems(one, schema.get("items", {}), root, f"{place}[{number}]")


def object_problems(value: dict[str, Any], schema: dict[str, Any], root: dict[str, Any], place: str) -> Iterator[str]:
    properties = schema.get("properties", {})
    for name in schema.get("required", ()):
        if name not in value:
            yield f"{place}: {name} is missing"
    more = schema.get("additionalProperties", True)
    for name, one in value.items():
        if name in properties:
            yield from problems(one, properties[name], root, f"{place}.{name}")
        elif more is False:
            yield f"{place}: {name} is not in the schema"
        elif more is not True:
            yield from problems(one, more, root, f"{place}.{name}")


def has_type(value: Any, name: str) -> bool:
    if name in ("integer", "number"):
        kinds: Any = int if name == "integer" else (int, float)
        return isinstance(value, kinds) and not isinstance(value, bool)
    return isinstance(value, TYPES[name])
