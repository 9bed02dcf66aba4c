"""How the API reads JSON, and what its own description says of errors: each call lists its refusals."""

import json
import math
import re
from typing import Any

from django.http import HttpRequest
from django.utils.datastructures import MultiValueDict
from ninja import NinjaAPI, Schema
from ninja.openapi.schema import OpenAPISchema
from ninja.parser import Parser

from epione.kernel.http.problems import Refused

_NOT_TEXT = re.compile(rb"\\u(?:[dD][89a-fA-F]|0000)")

PROBLEM = "Problem"
UNREADABLE, UNKNOWN_CALLER, REFUSED, MISSING = "400", "401", "403", "404"
CONFLICT, TOO_LARGE, INVALID, TOO_MANY, AWAY = "409", "413", "422", "429", "503"

SENTENCES = {
    UNREADABLE: "The request cannot be read.",
    UNKNOWN_CALLER: "Nobody is signed in, or the token is no longer valid.",
    REFUSED: "Your role does not allow this.",
    MISSING: "This was not found in your practice.",
    CONFLICT: "What is stored does not allow this now.",
    TOO_LARGE: "The request is too large.",
    INVALID: "Some values cannot be accepted.",
    TOO_MANY: "Too many requests; `Retry-After` says when to come back.",
    AWAY: "A service that this needs does not answer.",
}


class Problem(Schema):
    """Problem details (RFC 9457). `code` is stable; `title` and `detail` are for people, in their language."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    correlation_id: str
    instance: str = ""
    errors: list[dict[str, Any]] | dict[str, list[str]] = []


class StrictParser(Parser):
    """JSON as its standard says: no NaN, no infinity, no half of a character, which Python's reader lets pass.

    No NUL either, in no body and no query: PostgreSQL keeps none in a text.
    """

    def parse_body(self, request: HttpRequest) -> Any:
        """The value that the body holds; any error is answered 400."""
        value = json.loads(request.body, parse_float=_finite, parse_constant=_finite)
        if _NOT_TEXT.search(request.body):
            written = json.dumps(value, ensure_ascii=False).encode()
            if rb"\u0000" in written:
                raise ValueError("NUL")
        return value

    def parse_querydict(
        self, data: "MultiValueDict[str, Any]", list_fields: list[str], request: HttpRequest
    ) -> dict[str, Any]:
        """The values of a query or a form; files, which come the same way, are not read here."""
        texts = (value for _name, values in data.lists() for value in values if isinstance(value, str))
        if any("\0" in text for text in texts):
            raise Refused
        return super().parse_querydict(data, list_fields, request)


def _finite(written: str) -> float:
    number = float(written)
    if not math.isfinite(number):
        raise ValueError("not a number of JSON")
    return number


class DescribedAPI(NinjaAPI):
    """An API whose description is complete: refusals are told once here, not on each of its calls."""

    def get_openapi_schema(
        self, *, path_prefix: str | None = None, path_params: dict[str, Any] | None = None
    ) -> OpenAPISchema:
        """The OpenAPI document, with the problem details of every call."""
        document = super().get_openapi_schema(path_prefix=path_prefix, path_params=path_params)
        for path, operations in document["paths"].items():
            for method, operation in operations.items():
                for status in _refusals(path, method, operation):
                    operation["responses"].setdefault(status, _answer(SENTENCES[status]))
        schemas = document["components"].setdefault("schemas", {})
        schemas[PROBLEM] = Problem.json_schema()
        return document


def _answer(sentence: str) -> dict[str, Any]:
    schema = {"$ref": f"#/components/schemas/{PROBLEM}"}
    return {"description": sentence, "content": {"application/problem+json": {"schema": schema}}}


def _refusals(path: str, method: str, operation: dict[str, Any]) -> set[str]:
    """The refusals that a call can answer with, by what it takes and what it does."""
    found = {TOO_MANY}
    if operation.get("security") or operation.get("requestBody"):
        found |= {UNKNOWN_CALLER, REFUSED}
    if operation.get("requestBody"):
        found |= {UNREADABLE, TOO_LARGE, INVALID}
    if operation.get("parameters"):
        found |= {UNREADABLE, INVALID}
    if "{" in path or operation.get("requestBody"):
        found |= {MISSING}
    if method != "get":
        found |= {CONFLICT, INVALID}
    return found | {AWAY}
