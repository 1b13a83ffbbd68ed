"""The local server: who is refused, what the page gets, and how soon."""

import json
import socket
import threading
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import whygrad as wg
from opened import TUTORIAL, Client, opened
from whygrad.serving.refusing import LARGEST

SLIDER_STEP = 0.05
"""Seconds; the aim is 0.01, which a busy machine may miss."""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Any:
    file = tmp_path_factory.mktemp("open") / "net.py"
    file.write_text(TUTORIAL)
    with opened(file) as client:
        yield client.server


@pytest.fixture
def client(server: Any) -> Client:
    return Client(server)


def moved(syn0: Any) -> dict[str, Any]:
    return {"inputs": [{"variable": 0, "data": np.ravel(syn0).tolist()}]}


def values(answer: Any) -> dict[int, Any]:
    return {one["variable"]: np.array(one["data"]) for one in answer["values"]}


def tutorial() -> tuple[Any, Any, Any]:
    space: dict[str, Any] = {}
    exec(TUTORIAL, space)
    return space["loss"], space["syn0"], space["syn1"]


def test_the_page_has_the_document(client: Client) -> None:
    document = client.page()
    assert (document["format"], document["function"]["name"]) == ("whygrad derivation", "loss")


def test_the_values_at_moved_numbers_are_those_of_a_derivation_made_there(client: Client) -> None:
    document = client.page()
    loss, syn0, syn1 = tutorial()
    there = syn0 + 0.25
    status, answer = client.evaluate(moved(there))
    found = values(answer)
    d = wg.derive(loss, there, syn1)
    assert status == 200
    result, first, second = document["programs"][0]["outputs"]
    assert found[result] == d.value
    assert np.array_equal(found[first].reshape(3, 4), d.gradients[0])
    assert np.array_equal(found[second].reshape(4, 1), d.gradients[1])


def test_nan_and_infinities_are_numbers_as_text(client: Client) -> None:
    status, answer = client.evaluate({"inputs": [{"variable": 0, "data": ["nan", "inf", "-inf", *[0.0] * 9]}]})
    assert status == 200
    assert {one["variable"]: one["data"] for one in answer["values"]}[0][:3] == ["nan", "inf", "-inf"]


# Who is refused


def refused(client: Client, status: int, method: str, path: str, body: Any = None, **headers: str) -> str:
    got, text, sent = client.ask(method, path, body, **headers)
    assert got == status, text
    assert "Traceback" not in text and "Access-Control-Allow-Origin" not in sent
    assert "frame-ancestors 'none'" in sent["Content-Security-Policy"]
    assert (sent["X-Content-Type-Options"], sent["Cache-Control"]) == ("nosniff", "no-store")
    assert sent["Referrer-Policy"] == "no-referrer"
    client.page()  # and the server goes on
    return text


@pytest.mark.parametrize("path", ["/", "/?token=", "/?token=wrong", "/?token={token}x", "/?token={token}&token=x"])
def test_a_page_without_the_token_is_refused(client: Client, path: str) -> None:
    refused(client, 403, "GET", path.format(token=client.server.token))


@pytest.mark.parametrize("path", ["/events", "/events?token=wrong", "/events?token=%FF", "/events?" + "a=1&" * 99])
def test_news_without_the_token_is_refused(client: Client, path: str) -> None:
    refused(client, 403, "GET", path)


def test_a_question_needs_the_token_in_its_header(client: Client) -> None:
    token = client.server.token
    assert client.evaluate(moved(np.zeros((3, 4))), X_Whygrad_Token="ö")[0] == 403
    refused(client, 403, "POST", f"/evaluate?token={token}", b"{}", Content_Type="application/json")


@pytest.mark.parametrize("host", ["example.com", "127.0.0.1", "127.0.0.1:1", "localhost.example.com:{port}", ""])
def test_a_foreign_host_is_refused(client: Client, host: str) -> None:
    refused(client, 403, "GET", f"/?token={client.server.token}", Host=host.format(port=client.port))


def test_both_names_of_this_machine_are_served(client: Client) -> None:
    for host in (f"localhost:{client.port}", f"LOCALHOST:{client.port}", f"127.0.0.1:{client.port}"):
        assert client.ask("GET", f"/?token={client.server.token}", Host=host)[0] == 200


@pytest.mark.parametrize("origin", ["https://example.com", "null", "http://127.0.0.1:1", "https://127.0.0.1:{port}"])
def test_a_foreign_origin_is_refused(client: Client, origin: str) -> None:
    origin = origin.format(port=client.port)
    refused(client, 403, "GET", f"/?token={client.server.token}", Origin=origin)
    assert client.evaluate(moved(np.zeros((3, 4))), Origin=origin)[0] == 403


def test_its_own_origin_is_served(client: Client) -> None:
    assert client.evaluate(moved(np.zeros((3, 4))), Origin=client.home)[0] == 200


@pytest.mark.parametrize(
    "path", ["/page.js", "/..", "//", "/?/../", "/evaluate/", "/%2e%2e/", "http://127.0.0.1/", "*"]
)
def test_there_is_nothing_else(client: Client, path: str) -> None:
    status, text, _ = client.ask("GET", path)
    assert status in (403, 404) and "Directory" not in text


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS", "PUT", "DELETE", "PATCH", "TRACE", "BREW"])
def test_other_methods_are_refused(client: Client, method: str) -> None:
    text = refused(client, 405, method, f"/?token={client.server.token}")
    assert (text == "") == (method == "HEAD")


def test_the_method_of_a_path_is_named(client: Client) -> None:
    assert client.ask("GET", "/evaluate")[2]["Allow"] == "POST"
    assert client.ask("POST", "/", b"", Content_Length="0")[2]["Allow"] == "GET"


def test_a_question_that_is_too_large_is_refused(client: Client) -> None:
    status, answer = client.evaluate(b"[" + b"1," * LARGEST)
    assert status == 413 and str(LARGEST) in answer["problem"]["text"]
    client.page()


def test_a_length_that_is_not_true_is_refused(client: Client) -> None:
    for length in ("-1", "1e3", "²", "9" * 30, "99999999999"):
        client.connection.close()
        status = client.evaluate(b"{}", Content_Length=length.encode("latin-1").decode("latin-1"))[0]
        assert status in (400, 413)
    client.connection.close()
    client.page()


def test_what_is_no_json_by_its_own_account_is_refused(client: Client) -> None:
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "json"):
        assert client.evaluate(moved(np.zeros((3, 4))), Content_Type=kind)[0] == 415
    assert client.evaluate(moved(np.zeros((3, 4))), Content_Type="application/json; charset=utf-8")[0] == 200


# Questions that make no sense


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"\xff\xfe", b"null", b"[]", b"1", b'"inputs"', b"{}", b'{"inputs": 1}', b'{"inputs": [1]}',
        b'{"inputs": [{"variable": 99, "data": [1]}]}',
        b'{"inputs": [{"variable": -1, "data": [1]}]}',
        b'{"inputs": [{"variable": "0", "data": [1]}]}',
        b'{"inputs": [{"variable": true, "data": [1]}]}',
        b'{"inputs": [{"variable": 3, "data": [1]}]}',
        b'{"inputs": [{"variable": 0, "data": [1]}]}',
        b'{"inputs": [{"variable": 0, "data": []}]}',
        b'{"inputs": [{"variable": 0, "data": [1,2,3,4,5,6,7,8,9,10,11,"twelve"]}]}',
        b'{"inputs": [{"variable": 0, "data": [1,2,3,4,5,6,7,8,9,10,11,null]}]}',
        b'{"inputs": [{"variable": 0, "data": [1,2,3,4,5,6,7,8,9,10,11,[12]]}]}',
        b'{"inputs": [{"variable": 0, "data": [1,2,3,4,5,6,7,8,9,10,11,NaN]}]}',
        b'{"inputs": [{"variable": 0, "data": [1,2,3,4,5,6,7,8,9,10,11,-Infinity]}]}',
        b'{"inputs": [{"variable": 0, "data": [1,2,3,4,5,6,7,8,9,10,11,' + b"9" * 5000 + b"]}]}",
        b'{"inputs": [{"variable": 0, "data": {"0": 1}}]}',
        b'{"inputs": [], "edition": "x"}',
        b"[" * 100_000, b'{"inputs":' * 100_000, b'{"a":[' * 50_000,
    ],
    ids=lambda body: body[:60].decode(errors="replace"),
)  # fmt: skip
def test_a_question_that_makes_no_sense_is_refused_in_words(client: Client, body: bytes) -> None:
    status, answer = client.evaluate(body)
    assert status == 400
    assert answer["problem"]["what"] and "Traceback" not in json.dumps(answer)
    assert client.evaluate(moved(np.zeros((3, 4))))[0] == 200


@pytest.mark.parametrize(
    "text",
    [
        b"\r\n\r\n", b"GET\r\n\r\n", b"\x00\xff\x16\x03\x01\r\n\r\n", b"GET /",
        b"GET / HTTP/9.9\r\n\r\n", b"GET / HTTP/1.1\r\n\r\n",
        b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\n" + b"A: b\r\n" * 200 + b"\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        b"POST /evaluate HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    ],
    ids=lambda text: text[:20].decode(errors="replace"),
)  # fmt: skip
def test_what_is_no_http_hurts_nobody(client: Client, text: bytes) -> None:
    with socket.create_connection(("127.0.0.1", client.port), timeout=5) as connection:
        connection.sendall(text)
        connection.shutdown(socket.SHUT_WR)
        answer = b""
        while piece := connection.recv(65536):
            answer += piece
    assert b"200 OK" not in answer and b"Traceback" not in answer
    client.page()


def test_who_hangs_up_hurts_nobody(client: Client) -> None:
    for text in (b"POST /evaluate HTTP/1.1\r\n", f"GET /?token={client.server.token} HTTP/1.1\r\nHost: ".encode()):
        socket.create_connection(("127.0.0.1", client.port)).sendall(text)
    client.page()


# Many at once, and how soon


def test_each_of_many_threads_gets_its_own_numbers(client: Client) -> None:
    loss, _, syn1 = tutorial()
    result = client.page()["programs"][0]["outputs"][0]
    wrong: list[Any] = []

    def ask(seed: int) -> None:
        own, random = Client(client.server), np.random.default_rng(seed)
        for _ in range(20):
            there = random.normal(size=(3, 4))
            found = values(own.evaluate(moved(there))[1])[result]
            if found != loss(there, syn1):
                wrong.append((there, found))

    threads = [threading.Thread(target=ask, args=(seed,)) for seed in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_a_slider_step_is_soon_answered(client: Client) -> None:
    _, syn0, _ = tutorial()
    times = []
    for k in range(100):
        there = syn0 + 0.001 * k
        begun = time.perf_counter()
        assert client.evaluate(moved(there))[0] == 200
        times.append(time.perf_counter() - begun)
    assert np.median(times) < SLIDER_STEP


def test_a_port_that_is_taken_is_told(client: Client, tmp_path: Path) -> None:
    from click.testing import CliRunner

    from whygrad.cli import main

    (tmp_path / "net.py").write_text(TUTORIAL)
    run = CliRunner().invoke(main, ["open", str(tmp_path / "net.py"), "--no-browser", "--port", str(client.port)])
    assert run.exit_code == 2
    assert run.stderr.startswith(f"--port {client.port}: ") and "Traceback" not in run.output
