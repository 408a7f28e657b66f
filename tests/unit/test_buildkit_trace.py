"""BuildKit's progress: protobuf read without its library, from builds recorded on Docker 20.10."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest
from docker.errors import StreamParseError
from hypothesis import given
from hypothesis import strategies as st

from adapters.docker.build_log import BuildLog, plain
from adapters.docker.narrators import BuildKitNarrator, ClassicNarrator
from adapters.docker.trace import Log, Vertex, read_trace
from adapters.docker.wire import Event

RECORDED = Path(__file__).parent / "recorded"


def _events(name: str) -> list[Event]:
    return [Event.model_validate(json.loads(line)) for line in (RECORDED / name).read_text().splitlines()]


def _field(number: int, value: bytes | int) -> bytes:
    if isinstance(value, int):
        return bytes([number << 3, value])
    return bytes([number << 3 | 2, len(value)]) + value


def test_a_message_is_read_by_its_field_numbers() -> None:
    vertex = (
        _field(1, b"sha256:a")
        + _field(2, b"input")
        + _field(3, b"[1/2] RUN x")
        + _field(4, 1)
        + _field(5, b"")
        + _field(6, b"")
    )
    log = _field(1, b"sha256:a") + _field(3, 1) + _field(4, b"printed\n")
    trace = read_trace(_field(1, vertex) + _field(3, log) + _field(4, _field(3, b"be careful")))
    assert trace.vertexes == (Vertex("sha256:a", "[1/2] RUN x", cached=True, started=True, completed=True),)
    assert trace.logs == (Log("sha256:a", b"printed\n"),)
    assert trace.warnings == ("be careful",)


def test_fields_that_are_not_known_are_skipped_by_their_wire_type() -> None:
    unknown = bytes([15 << 3 | 1]) + bytes(8) + bytes([14 << 3 | 5]) + bytes(4) + bytes([13 << 3, 0x80, 0x01])
    assert read_trace(unknown + _field(1, _field(1, b"d"))).vertexes == (Vertex("d"),)


@pytest.mark.parametrize(
    "raw", [b"\x0a", b"\x0a\x05abc", b"\x08" + b"\xff" * 20, b"\x0b", b"\x09\x00"], ids=lambda raw: raw.hex()
)
def test_bytes_that_are_no_message_are_refused(raw: bytes) -> None:
    with pytest.raises(ValueError, match=r"end|long|known"):
        read_trace(raw)


@given(st.binary(max_size=200))
def test_no_bytes_whatsoever_do_harm(raw: bytes) -> None:
    try:
        trace = read_trace(raw)
    except ValueError:
        return
    assert len(trace.vertexes) + len(trace.logs) + len(trace.warnings) <= len(raw)


def test_a_recorded_build_is_told_step_by_step(tmp_path: Path) -> None:
    reports: list[tuple[str, int, int]] = []
    with BuildLog(tmp_path / "log", str) as log:
        narrator = BuildKitNarrator(log, lambda name, done, total: reports.append((name, done, total)))
        for event in _events("buildkit_good.jsonl"):
            narrator.take(event)
    assert narrator.problem == ""
    assert narrator.image_id is not None
    assert narrator.image_id.startswith("sha256:")
    text = (tmp_path / "log").read_text()
    for expected in ("RUN echo from-a", " from-a\n", " one\n", " no newline", " err", "exporting to image"):
        assert expected in text
    assert reports[-1][1] == reports[-1][2] > 5
    assert all(done <= total for _, done, total in reports)
    assert [done for _, done, _ in reports] == sorted(done for _, done, _ in reports)


def test_a_recorded_failure_names_its_instruction_and_keeps_its_log(tmp_path: Path) -> None:
    with BuildLog(tmp_path / "log", str) as log:
        narrator = BuildKitNarrator(log, lambda *_: None)
        for event in _events("buildkit_failed.jsonl"):
            narrator.take(event)
        assert narrator.instruction == "RUN echo the-cause && exit 3"
        assert "exit code: 3" in narrator.problem
        assert log.tail(narrator.source).splitlines()[0] == "the-cause"
    assert narrator.image_id is None


@pytest.mark.parametrize("aux", ["no base64 !", base64.b64encode(b"\x0b").decode()])
def test_progress_that_cannot_be_read_is_an_error_of_the_stream(tmp_path: Path, aux: str) -> None:
    with BuildLog(tmp_path / "log", str) as log, pytest.raises(StreamParseError):
        BuildKitNarrator(log, lambda *_: None).take(Event(id="moby.buildkit.trace", aux=aux))


def test_podmans_steps_are_counted_over_its_stages(tmp_path: Path) -> None:
    reports: list[tuple[str, int, int]] = []
    with BuildLog(tmp_path / "log", str) as log:
        narrator = ClassicNarrator(log, lambda name, done, total: reports.append((name, done, total)))
        for line in (
            "[1/2] STEP 1/2: FROM a AS x\n",
            "[2/2] STEP 2/3: RUN make\n",
            "Successfully built 0123456789ab\n",
        ):
            narrator.take(Event(stream=line))
    assert reports == [("FROM a AS x", 0, 2), ("RUN make", 1, 3)]
    assert narrator.image_id == "0123456789ab"


def test_lines_are_put_together_cleaned_redacted_and_capped(tmp_path: Path) -> None:
    with BuildLog(tmp_path / "log", lambda text: text.replace("hunter2", "[redacted]")) as log:
        for piece in (
            b"\x1b[32mdown",
            b"loading hun",
            b"ter2\x1b[0m\r\n",
            b"10%\r55%\r100% done\n",
            b"x" * 5000,
            b"\nend",
        ):
            log.add("#1", piece)
        log.line("#2", "RUN deploy hunter2")
    lines = (tmp_path / "log").read_text().splitlines()
    assert lines[0] == "#1 downloading [redacted]"
    assert lines[1] == "#1 100% done"
    assert max(map(len, lines)) <= 4003
    assert "#1 end" in lines
    assert "#2 RUN deploy [redacted]" in lines


def test_only_what_a_step_printed_counts_as_its_first_error(tmp_path: Path) -> None:
    with BuildLog(tmp_path / "log", str) as log:
        log.line("#1", "RUN check || echo failed")
        for number in range(200):
            log.add("#1", f"line {number}\n".encode())
        log.add("#1", b"npm ERR! code E404\nnpm ERR! more\n")
        assert log.first_error("#1") == "npm ERR! code E404"
        assert len(log.tail("#1").splitlines()) == 80


def test_plain_text_keeps_tabs_and_line_ends_only() -> None:
    assert plain("a\tb\nc\x1b]0;title\x07d\x9be\x00f\x1b[1;31mg") == "a\tb\ncdefg"
