"""Requests that nobody sends by mistake; each must be refused with a status of 4xx and a sentence."""

from __future__ import annotations

import html
import http.client
import json
import re
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import quote, urlencode

SCRIPT = "<script>alert(1)</script>"
COURSE = "/api/v1/course"
TOO_LARGE = 10_000_000


@dataclass(frozen=True)
class Hostile:
    """A request, and the status that it may get."""

    name: str
    path: str
    method: str = "GET"
    body: bytes = b""
    statuses: tuple[int, ...] = (422,)


def _page(name: str, **values: str) -> Hostile:
    return Hostile(f"explorer, {name}", f"/explorer/?{urlencode({'regimen': 'sigtermans-2009', **values})}")


def _live(name: str, **values: str) -> Hostile:
    query = urlencode({"regimen": "sigtermans-2009", **values})
    return Hostile(f"live explorer, {name}", f"/explorer/results?{query}")


def _call(name: str, body: str) -> Hostile:
    return Hostile(f"call, {name}", COURSE, "POST", body.encode(), (400, 422))


def _missing(name: str, path: str) -> Hostile:
    return Hostile(name, path, statuses=(400, 404, 422))


REQUESTS = (
    Hostile("10 MB to a call", COURSE, "POST", b"x" * TOO_LARGE, (413,)),
    Hostile("10 MB to a page", "/explorer/", "POST", b"x" * TOO_LARGE, (413,)),
    Hostile("a form to a page that takes none", "/explorer/", "POST", b"a=1", (403, 405)),
    _page("weight 1e308", weight="1e308"),
    _page("weight NaN", weight="NaN"),
    _page("negative age", age="-3"),
    _page("endless days", days="inf"),
    _page("unknown rival", rival="magic"),
    _page("script as a regimen", regimen=SCRIPT),
    _page("script as a condition", condition=SCRIPT),
    _page("path as a regimen", regimen="../../../../etc/passwd"),
    _page("dose of 1e308", regimen="ketamine 1e308 mg iv"),
    _page("one million sessions", regimen="ketamine 1 mg iv, every 1 h for 1000000 days"),
    _page("a long sentence", regimen="ketamine " * 400),
    _page("five regimens", **{"pin": "a"}, regimen="ketamine iv \x00"),
    _live("weight NaN", weight="NaN"),
    _call("weight 1e308", '{"regimen": "sigtermans-2009", "weight_kg": 1e308}'),
    _call("weight NaN", '{"regimen": "sigtermans-2009", "weight_kg": NaN}'),
    _call("weight 1e999", '{"regimen": "sigtermans-2009", "weight_kg": 1e999}'),
    _call("negative age", '{"regimen": "sigtermans-2009", "age_y": -3}'),
    _call("a billion patients", '{"regimen": "sigtermans-2009", "patients": 1000000000}'),
    _call("unknown loop", '{"regimen": "sigtermans-2009", "loop": "magic"}'),
    _call("path as a model", '{"regimen": "sigtermans-2009", "model": "../../../etc/passwd"}'),
    _call("path as a regimen", '{"regimen": "/etc/passwd"}'),
    _call("script as a regimen", json.dumps({"regimen": SCRIPT})),
    _call("deep nesting", "[" * 100_000),
    _call("a huge whole number", '{"regimen": "sigtermans-2009", "seed": ' + "9" * 5000 + "}"),
    _call("half a surrogate", '{"regimen": "\\ud800"}'),
    _missing("path traversal in a card", f"/evidence/library/loop/{quote('../../../etc/passwd', safe='')}"),
    _missing(
        "path traversal in the library",
        f"/api/v1/library/{quote('../..', safe='')}/{quote('../passwd', safe='')}",
    ),
    _missing("path traversal in a trial", f"/evidence/trials/{quote('../../etc/passwd', safe='')}/"),
    _missing("script as a claim", f"/evidence/claims/{quote(SCRIPT)}/"),
    _missing("path traversal in a static file", "/static/..%2f..%2fsettings.py"),
)


def ask(port: int, request: Hostile) -> tuple[int, str]:
    """Status and text of the answer; a server that refuses a body unread may hang up on what is still being sent."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    accept = "application/json" if request.path.startswith("/api/") else "text/html"
    headers = {"Accept": accept, "Content-Type": "application/json"} if request.body else {"Accept": accept}
    try:
        with suppress(BrokenPipeError, ConnectionResetError):
            connection.request(request.method, request.path, request.body or None, headers)
        response = connection.getresponse()
        return response.status, response.read().decode()
    finally:
        connection.close()


def sentence(text: str) -> str:
    """The sentence of a refusal, of a program or of a page."""
    if text.startswith("{"):
        return str(json.loads(text).get("error", ""))
    told = re.search(r'role="alert"[^>]*>(.*?)</(?:p|div)>', text, re.S)
    return html.unescape(re.sub(r"<[^>]+>", " ", told[1])).strip() if told else ""


def complaint(port: int, request: Hostile) -> str:
    """What is wrong with the answer; nothing if the request was refused as it should be."""
    status, text = ask(port, request)
    says = sentence(text)
    live = request.path.startswith("/explorer/results")
    if status not in request.statuses and not (live and status == 200):
        return f"status {status}, not {' or '.join(map(str, request.statuses))}"
    if "Traceback" in text or ("<script>alert" in text and not text.startswith("{")):
        return "its answer repeats what it must not"
    return "" if says.endswith((".", "?")) else f"no sentence: {says[:80]!r}"
