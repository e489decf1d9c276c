"""The page that documents the calls, made from the same description that programs read."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from painloop_clinic.api.routes import RATE, api

PREFIX = "/api/v1/"


@dataclass(frozen=True)
class Field:
    """A value of a body or an answer."""

    name: str
    type: str
    limits: str
    default: str


@dataclass(frozen=True)
class Call:
    """An address that programs may ask; ``says`` in pieces, each with whether it is code."""

    method: str
    path: str
    says: list[tuple[str, bool]]
    fields: list[Field]
    answers: str


@require_safe
def openapi(request: HttpRequest) -> JsonResponse:  # noqa: ARG001 - Django hands it over
    """The description of all calls for programs (OpenAPI)."""
    return JsonResponse(api.get_openapi_schema(path_prefix=PREFIX))


@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """What can be asked, with an example that can be copied."""
    schema = api.get_openapi_schema(path_prefix=PREFIX)
    calls = [
        _call(schema, method, path, operation)
        for path, operations in schema["paths"].items()
        for method, operation in operations.items()
    ]
    address = request.build_absolute_uri(f"{PREFIX}course")
    context = {"calls": calls, "rate": RATE.removesuffix("/m"), "address": address}
    return render(request, "api/docs.html", context)


def _call(schema: dict[str, Any], method: str, path: str, operation: dict[str, Any]) -> Call:
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
    shape = _resolved(schema, body)
    needed = shape.get("required", ())
    fields = [_field(name, one, name in needed) for name, one in shape.get("properties", {}).items()]
    answer = (
        operation["responses"].get(200, {}).get("content", {}).get("application/json", {}).get("schema", {})
    )
    says = [(part, k % 2 == 1) for k, part in enumerate(operation.get("description", "").split("`"))]
    return Call(method.upper(), path, says, fields, _type(answer) if answer else "")


def _resolved(schema: dict[str, Any], one: dict[str, Any]) -> dict[str, Any]:
    name = str(one.get("$ref", "")).rpartition("/")[2]
    found: dict[str, Any] = schema["components"]["schemas"].get(name, one)
    return found


_LIMITS = {
    "minimum": "at least {}", "maximum": "at most {}", "exclusiveMinimum": "more than {}",
    "exclusiveMaximum": "less than {}", "maxLength": "at most {} characters", "maxItems": "at most {} of them",
}  # fmt: skip


def _field(name: str, one: dict[str, Any], needed: bool) -> Field:
    parts = [one, *one.get("anyOf", [])]
    limits = [text.format(part[key]) for part in parts for key, text in _LIMITS.items() if key in part]
    return Field(name, _type(one), ", ".join(limits), "needed" if needed else _default(one.get("default")))


def _default(value: Any) -> str:
    """A default as JSON writes it."""
    return "left out" if value in (None, []) else value if isinstance(value, str) else json.dumps(value)


def _type(one: dict[str, Any]) -> str:
    if "$ref" in one:
        return str(one["$ref"]).rpartition("/")[2]
    if "anyOf" in one:
        return " or ".join(dict.fromkeys(_type(part) for part in one["anyOf"] if part.get("type") != "null"))
    if "enum" in one:
        return " or ".join(f'"{value}"' for value in one["enum"])
    if "const" in one:
        return f'"{one["const"]}"'
    if one.get("type") == "array":
        return f"list of {_type(one.get('items', {}))}"
    return {"string": "text", "integer": "whole number", "boolean": "true or false"}.get(
        one.get("type", ""), one.get("type", "anything")
    )
