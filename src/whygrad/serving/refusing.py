"""Who is served: the page that has the token, from this machine, and nobody else.

A web page from elsewhere can make a browser send requests to 127.0.0.1; it can even be given a name that leads there
(DNS rebinding). It does not know the token, its requests bear its own Origin, or its own name as Host.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from email.message import Message as Headers
from urllib.parse import parse_qs

ROUTES = {"/": "GET", "/events": "GET", "/evaluate": "POST"}
LARGEST = 4 * 2**20
"""Bytes of a request: a hundred thousand numbers fit in."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a request is not answered: HTTP's status, and a sentence."""

    status: int
    text: str
    allow: str = ""
    """The method that there is, where another one was used."""


def refusal(method: str, target: str, headers: Headers, port: int, token: str) -> Refusal | None:
    """Why this request is refused; None where it is not."""
    homes = {f"127.0.0.1:{port}", f"localhost:{port}"} | ({"127.0.0.1", "localhost"} if port == 80 else set())
    hosts, origins = headers.get_all("Host", []), headers.get_all("Origin", [])
    if len(hosts) != 1 or hosts[0].lower() not in homes:
        return Refusal(403, "This server is for this machine, under the address that it has printed.")
    if len(origins) > 1 or any(origin.lower() not in {f"http://{home}" for home in homes} for origin in origins):
        return Refusal(403, "Another page may not ask this server.")
    path = target.partition("?")[0]
    if path not in ROUTES:
        return Refusal(404, "There is nothing here.")
    if method != ROUTES[path]:
        return Refusal(405, f"{path} is for {ROUTES[path]}.", ROUTES[path])
    given = headers.get_all("X-Whygrad-Token", []) if method == "POST" else query(target, "token")
    if len(given) != 1 or not secrets.compare_digest(given[0].encode(errors="replace"), token.encode()):
        return Refusal(403, "This needs the whole address that whygrad has printed, with its token.")
    return _unfit(headers) if method == "POST" else None


def _unfit(headers: Headers) -> Refusal | None:
    """What is wrong with what is sent, as far as can be seen before it is read."""
    if headers.get_content_type() != "application/json" or "Content-Type" not in headers:
        return Refusal(415, "A request is JSON (Content-Type: application/json).")
    lengths = headers.get_all("Content-Length", [])
    if "Transfer-Encoding" in headers or not lengths:
        return Refusal(411, "A request says how long it is (Content-Length).")
    if len(lengths) > 1 or not (lengths[0].isascii() and lengths[0].isdigit()):
        return Refusal(400, "Content-Length is no number.")
    if len(lengths[0]) > 18 or int(lengths[0]) > LARGEST:
        return Refusal(413, f"A request has at most {LARGEST} bytes.")
    return None


def query(target: str, name: str) -> list[str]:
    """What the address gives for a name."""
    try:
        return parse_qs(target.partition("?")[2], max_num_fields=8).get(name, [])
    except ValueError:  # too many fields
        return []
