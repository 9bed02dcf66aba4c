"""Child processes for untrusted bytes: whatever happens in one, the caller gets a typed answer and the next call works."""

import os
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from epione.kernel.sandbox import Busy, Crashed, OutOfMemory, Refused, Sandbox, TimedOut, frames
from epione.kernel.sandbox.process import environment

TARGET = "tests.kernel.sandboxed_target"


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    made = Sandbox(TARGET, processes=2, memory=256 * 1024**2)
    yield made
    made.close()


def test_facts_and_buffers_come_back_as_they_were_sent(sandbox: Sandbox) -> None:
    facts, buffers = sandbox.call(
        "echo", {"name": "é", "n": [1, 2.5, None]}, b"abc", b"", bytearray(b"\0\xff"), seconds=20
    )

    assert facts == {"got": {"name": "é", "n": [1, 2.5, None]}, "sizes": [3, 0, 2]}
    assert buffers == [b"abc", b"", b"\0\xff"]
    assert {type(buffer) for buffer in buffers} == {bytes}


@pytest.mark.parametrize("size", [1, 65_536, 1_048_577, 50_000_000])
def test_large_payloads_pass_both_ways(sandbox: Sandbox, size: int) -> None:
    sent = os.urandom(1000) * (size // 1000 + 1)

    _, [back] = sandbox.call("echo", {}, sent[:size], seconds=60)

    assert back == sent[:size]


@pytest.mark.parametrize("function", ["hang", "spin"])
def test_a_hung_child_is_killed_and_replaced(sandbox: Sandbox, function: str) -> None:
    sandbox.warm()
    before = sandbox.pids()

    with pytest.raises(TimedOut):
        sandbox.call(function, {}, seconds=0.3)

    assert len(set(before) & set(sandbox.pids())) == 1
    assert sandbox.call("echo", {"still": "here"}, seconds=20)[0]["got"] == {"still": "here"}


@pytest.mark.parametrize("function", ["abort", "leave", "garbage"])
def test_a_child_that_dies_or_writes_garbage_is_replaced(sandbox: Sandbox, function: str) -> None:
    with pytest.raises(Crashed):
        sandbox.call(function, {}, seconds=20)

    assert sandbox.call("echo", {}, seconds=20)[0]["sizes"] == []


def test_memory_is_bounded(sandbox: Sandbox) -> None:
    if not sandbox.confinement.get("memory"):
        pytest.skip("this system does not bound the memory of a process")
    with pytest.raises(OutOfMemory):
        sandbox.call("bomb", {"size": 1 << 30}, seconds=20)
    with pytest.raises(OutOfMemory):
        sandbox.call("echo", {}, bytes(400_000_000), seconds=20)

    assert sandbox.call("bomb", {"size": 1 << 20}, seconds=20)[1] == [bytes(1 << 20)]


def test_an_answer_larger_than_allowed_is_not_taken() -> None:
    small = Sandbox(TARGET, processes=1, memory=256 * 1024**2, max_reply=1000)
    try:
        assert small.call("bomb", {"size": 1000}, seconds=20)[1] == [bytes(1000)]
        with pytest.raises(Crashed):
            small.call("bomb", {"size": 1001}, seconds=20)
    finally:
        small.close()


def test_a_refusal_has_its_code_and_repeats_nothing(sandbox: Sandbox) -> None:
    pids = set(sandbox.pids())

    with pytest.raises(Refused) as refused:
        sandbox.call("refuse", {}, seconds=20)

    assert (refused.value.code, refused.value.kind, refused.value.facts) == ("bad_thing", "Bad", {"offset": 12})
    assert "Curie" not in repr(vars(refused.value)) + str(refused.value)
    assert set(sandbox.pids()) == pids


@pytest.mark.parametrize(
    ("function", "kind"), [("fault", "KeyError"), ("unspeakable", "TypeError"), ("nothing", "AttributeError")]
)
def test_an_exception_without_a_code_is_named_by_class_and_place(sandbox: Sandbox, function: str, kind: str) -> None:
    with pytest.raises(Refused) as refused:
        sandbox.call(function, {}, seconds=20)

    assert (refused.value.code, refused.value.kind) == ("failed", kind)
    assert refused.value.place
    assert "Curie" not in repr(vars(refused.value)) + str(refused.value)


def test_what_libraries_print_does_not_disturb_the_answers(sandbox: Sandbox) -> None:
    assert sandbox.call("chatter", {}, seconds=20)[0] == {"said": True}
    assert sandbox.call("echo", {}, b"1", seconds=20)[1] == [b"1"]


def test_two_hundred_calls_at_once_each_get_their_own_answer(sandbox: Sandbox) -> None:
    with ThreadPoolExecutor(40) as threads:
        answers = list(threads.map(lambda n: sandbox.call("echo", {"n": n}, b"%d" % n * 9999, seconds=60), range(200)))

    assert [facts["got"]["n"] for facts, _ in answers] == list(range(200))
    assert [buffers for _, buffers in answers] == [[b"%d" % n * 9999] for n in range(200)]
    assert len(sandbox.pids()) <= 2


def test_who_waits_too_long_is_told_so() -> None:
    single = Sandbox(TARGET, processes=1, memory=256 * 1024**2)
    single.warm()
    try:
        with ThreadPoolExecutor(1) as thread:
            slow = thread.submit(single.call, "hang", {}, seconds=3)
            while single._free._value:  # until the only child is taken
                time.sleep(0.01)
            with pytest.raises(Busy):
                single.call("echo", {}, seconds=1, wait=0.05)
            with pytest.raises(TimedOut):
                slow.result()
    finally:
        single.close()


def test_a_child_serves_its_number_of_calls() -> None:
    worn = Sandbox(TARGET, processes=1, memory=256 * 1024**2, calls=2)
    try:
        pids = [worn.call("who", {}, seconds=20)[0]["pid"] for _ in range(6)]
    finally:
        worn.close()

    assert [pids[0] == pids[1], pids[1] == pids[2], len(set(pids))] == [True, False, 3]


def test_a_child_that_grew_is_replaced() -> None:
    growing = Sandbox(TARGET, processes=1, memory=512 * 1024**2, growth=20 * 1024**2)
    try:
        pids = [growing.call("leak", {"size": 30 * 1024**2}, seconds=20)[0]["pid"] for _ in range(2)]
    finally:
        growing.close()

    assert pids[0] != pids[1]


def test_no_child_outlives_its_pool() -> None:
    closed = Sandbox(TARGET, processes=2, memory=256 * 1024**2)
    closed.warm()
    pids = closed.pids()

    closed.close()

    assert len(pids) == 2
    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


def test_a_module_that_cannot_be_imported_is_said_at_once() -> None:
    wrong = Sandbox("tests.kernel.no_such_module", processes=1, memory=256 * 1024**2)
    try:
        with pytest.raises(Crashed, match="no_such_module"):
            wrong.warm()
    finally:
        wrong.close()


def test_secrets_are_not_inherited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EPIONE_KEYS_URL", "vault://s3cret")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "s3cret")
    monkeypatch.setenv("DATABASE_URL", "postgres://s3cret")
    told = Sandbox(TARGET, processes=1, memory=256 * 1024**2)
    try:
        seen = told.call("environment", {}, seconds=20)[0]
    finally:
        told.close()

    assert not any("s3cret" in value for value in seen["values"])
    assert not any(name.startswith(("EPIONE", "AWS", "DJANGO", "DATABASE")) for name in seen["names"])
    assert set(environment()) >= set(seen["names"]) - {"LC_CTYPE"}


def test_a_child_writes_no_file(sandbox: Sandbox, tmp_path: Path) -> None:
    assert sandbox.call("write", {"path": str(tmp_path / "new")}, seconds=20)[0].get("written") is None


def test_a_child_opens_few_files(sandbox: Sandbox) -> None:
    assert sandbox.call("open_many", {}, seconds=20)[0]["opened"] < 64


def test_files_outside_of_the_program_are_out_of_sight(sandbox: Sandbox, tmp_path: Path) -> None:
    (tmp_path / "epione.sqlite3").write_bytes(b"records")
    if not sandbox.confinement.get("program_files_only"):
        pytest.skip("this kernel cannot hide files (Landlock)")

    assert "errno" in sandbox.call("read", {"path": str(tmp_path / "epione.sqlite3")}, seconds=20)[0]


def test_a_child_reaches_no_server(sandbox: Sandbox) -> None:
    if not sandbox.confinement.get("no_network"):
        pytest.skip("this system does not let a process leave the network")
    with socket.create_server(("127.0.0.1", 0)) as server:
        assert "errno" in sandbox.call("connect", {"port": server.getsockname()[1]}, seconds=20)[0]


@given(st.binary(max_size=200))
def test_bytes_that_are_no_frame_are_named_garbage(noise: bytes) -> None:
    try:
        if len(noise) == frames.HEAD.size:
            text, buffers = frames.read_head(noise)
            assert text <= frames.MAX_JSON and buffers <= frames.MAX_BUFFERS
        assert isinstance(frames.read_message(noise), dict)
    except frames.Garbage:
        assert not noise.startswith(frames.MAGIC + b"\x02\0\0\0\0\0\0\0{}")


def test_a_frame_may_not_announce_more_than_allowed() -> None:
    assert frames.read_lengths((5).to_bytes(8, "little") * 2, limit=10) == (5, 5)
    with pytest.raises(frames.Garbage):
        frames.read_lengths((1 << 62).to_bytes(8, "little"), limit=1 << 30)
