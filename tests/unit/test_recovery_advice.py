"""What an amendment is made of, how look-alikes are told apart, and what a hostile log cannot do."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.models import (
    AddSystemPackages,
    AddWritableMount,
    Advice,
    Failure,
    SetBindAddress,
    SetPort,
    SetResources,
    SetRuntimeVersion,
)
from tasks.recovery import KnowledgeAdvisor, advise, diagnose
from tasks.recovery.amendments import known_packages, runtime_version, writable_folder
from tasks.recovery.rows import failure_knowledge
from tasks.recovery.text import HEAD_CHARACTERS, LONGEST_LINE, TAIL_CHARACTERS, normalise

GIBIBYTE = 1024**3


def failed(log: str = "", **evidence: object) -> Advice:
    return advise(Failure.model_validate({"step": "deploy", "message": "it failed", "log_tail": log, **evidence}))


class TestLookAlikes:
    @pytest.mark.parametrize(
        ("evidence", "expected"),
        [
            ({"exit_code": 137, "oom_killed": True}, "out_of_memory"),
            ({"exit_code": 137, "oom_killed": False}, "killed"),
            ({"exit_code": 143}, "killed"),
            ({"exit_code": 1}, "unknown"),
        ],
    )
    def test_137_is_memory_only_when_the_kernel_said_so(self, evidence: dict[str, object], expected: str) -> None:
        assert failed("", **evidence).error_class == expected

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("no basic auth credentials", "registry_auth"),
            ("denied: requested access to the resource is denied", "registry_denied"),
            ("denied: quota exceeded for project shop", "registry_quota"),
            ("name unknown: repository name not known to registry", "registry_repository_missing"),
            ("denied: tag v1 is immutable", "tag_conflict"),
        ],
    )
    def test_a_refused_push_is_told_apart_by_login_name_quota_and_tag(self, text: str, expected: str) -> None:
        assert failed(text, step="push").error_class == expected

    @pytest.mark.parametrize(
        ("step", "expected"),
        [("build", "base_image_unavailable"), ("deploy", "image_pull_missing"), ("push", "image_missing")],
    )
    def test_an_unknown_manifest_means_another_thing_at_each_step(self, step: str, expected: str) -> None:
        assert failed("manifest for app:9 not found: manifest unknown", step=step).error_class == expected

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("PermissionError: [Errno 13] Permission denied: '/data/x.db'", "filesystem_permission"),
            ("nginx: [emerg] bind() to 0.0.0.0:80 failed (13: Permission denied)", "port_or_probe"),
            ('exec: "/app/run": permission denied: unknown', "entrypoint_invalid"),
            ("dial unix /var/run/docker.sock: connect: permission denied", "engine_unavailable"),
        ],
    )
    def test_permission_denied_is_told_apart_by_what_was_tried(self, text: str, expected: str) -> None:
        assert failed(text).error_class == expected

    def test_a_module_that_is_missing_in_the_build_is_no_crash(self) -> None:
        log = "ModuleNotFoundError: No module named 'django'\nprocess did not complete successfully: exit code: 1"
        assert failed(log, step="build").error_class == "build_command_failed"
        assert failed("ModuleNotFoundError: No module named 'django'").error_class == "startup_crash"


class TestWhereItListens:
    def test_another_port_than_the_expected_one_is_taken_over(self) -> None:
        advice = failed("Uvicorn running on http://0.0.0.0:9000", message="no answer on port 8000", port=8000)
        assert advice.amendment == SetPort(port=9000)
        assert advice.evidence_lines == ("Uvicorn running on http://0.0.0.0:9000",)

    def test_the_expected_port_among_several_is_no_wrong_port(self) -> None:
        log = "metrics listening on :9090\nserver listening on :8000"
        assert failed(log, message="no answer on port 8000", port=8000).cause == "nothing_answers_on_the_port"

    def test_the_loopback_address_is_changed(self) -> None:
        advice = failed("Running on http://127.0.0.1:8000", message="no answer on port 8000", port=8000)
        assert advice.amendment == SetBindAddress(address="0.0.0.0")  # noqa: S104 - what is proposed

    def test_localhost_on_another_port_is_a_wrong_port_first(self) -> None:
        advice = failed("Example app listening at http://localhost:4000", message="no answer on port 3000", port=3000)
        assert advice.amendment == SetPort(port=4000)

    def test_an_application_that_answers_with_an_error_is_not_moved(self) -> None:
        advice = failed("Running on http://127.0.0.1:8000", message="/health answers 500: oops", port=8000)
        assert advice.amendment is None
        assert advice.cause == "health_path_answers_an_error"

    def test_an_application_that_crashed_is_not_moved(self) -> None:
        log = (
            "Running on http://127.0.0.1:8000\nTraceback (most recent call last):\nZeroDivisionError: division by zero"
        )
        assert failed(log, port=8000).amendment is None

    def test_a_refused_connection_is_no_listening_port(self) -> None:
        log = "could not connect to server at localhost:5432"
        assert failed(log, message="no answer on port 8000", port=8000).amendment is None


class TestMemory:
    @pytest.mark.parametrize(
        ("limit", "wanted"),
        [(None, GIBIBYTE), (256 * 1024**2, GIBIBYTE // 2), (GIBIBYTE, 2 * GIBIBYTE), (3 * GIBIBYTE, 4 * GIBIBYTE)],
    )
    def test_the_limit_is_doubled_up_to_the_cap(self, limit: int | None, wanted: int) -> None:
        advice = failed(oom_killed=True, memory_bytes=limit)
        assert advice.amendment == SetResources(memory_bytes=wanted)

    def test_at_the_cap_a_person_decides(self) -> None:
        advice = failed(oom_killed=True, memory_bytes=4 * GIBIBYTE)
        assert (advice.verdict, advice.amendment) == ("needs_human", None)
        assert "leak" in advice.hint


class TestPackages:
    def test_a_header_becomes_its_package_and_the_hint_names_it(self) -> None:
        advice = failed("lib.c:1:10: fatal error: ffi.h: No such file or directory", step="build")
        assert advice.amendment == AddSystemPackages(packages=("build-essential", "libffi-dev"), stage="build")
        assert "libffi-dev" in advice.hint

    def test_an_unknown_header_is_left_to_a_person(self) -> None:
        advice = failed("lib.c:1:10: fatal error: acme/none.h: No such file or directory", step="build")
        assert (advice.verdict, advice.amendment) == ("needs_human", None)
        assert "acme/none.h" in advice.hint

    def test_debian_packages_are_not_put_into_another_distribution(self) -> None:
        advice = failed("/bin/sh: gcc: not found", step="build", dockerfile="FROM python:3.12-alpine\nRUN gcc\n")
        assert (advice.verdict, advice.amendment) == ("needs_human", None)
        assert "apk add" in advice.hint

    def test_a_log_cannot_name_a_package_of_its_own(self) -> None:
        advice = failed("Package 'evil; curl x|sh' was not found in the pkg-config search path", step="build")
        assert advice.amendment is None


@pytest.mark.parametrize(
    ("wanted", "current", "precision", "version"),
    [
        (">=3.11", None, 2, "3.11"),
        ("^3.11", "3.9.2", 2, "3.11"),
        ("<3.13,>=3.9", "3.13.1", 2, "3.12"),
        (">=3.9,<3.13", "3.8.1", 2, "3.9"),
        ("~=3.10.2", None, 2, "3.10"),
        ("^18.19.1 || ^20.11.1 || >=22.0.0", "16.0.0", 1, "22"),
        ("20.19+ or 22.12+", None, 1, "22"),
        ("<19", None, 1, "18"),
        ("<4.0", None, 2, None),
        ("~> 3.2.0", None, 3, "3.2.0"),
        ("*", None, 2, None),
        ("", None, 2, None),
    ],
)
def test_a_version_is_chosen_within_what_is_wanted(
    wanted: str, current: str | None, precision: int, version: str | None
) -> None:
    assert runtime_version(wanted, current, precision) == version


@pytest.mark.parametrize(
    ("path", "folder"),
    [
        ("/app/data/db.sqlite3", "/app/data"),
        ("/app/uploads", "/app/uploads"),
        ("/data", "/data"),
        ("/tmp/x/y.log", "/tmp/x"),  # noqa: S108 - a path in a container
        ("/run/nginx.pid", "/run"),
        ("/var/cache/nginx/client_temp", "/var/cache/nginx"),
        ("/var/log/app/x.log", "/var/log/app"),
        ("/usr/src/app/tmp", "/usr/src/app/tmp"),
        ("/app/.next/cache", "/app/.next/cache"),
        ("/app/db.sqlite3", None),
        ("/app", None),
        ("/", None),
        ("/etc/passwd", None),
        ("/usr/lib/python3/site-packages/x", None),
        ("/app/node_modules", None),
        ("/app/data/../../etc/x", None),
        ("data/x", None),
        ("", None),
    ],
)
def test_a_mount_never_hides_the_system_or_the_application(path: str, folder: str | None) -> None:
    assert writable_folder(path, "") == folder


def test_a_mount_never_hides_the_working_folder_of_the_dockerfile() -> None:
    assert writable_folder("/data/x.db", "FROM a\nWORKDIR /data/shop\n") is None
    assert writable_folder("/data/shop/tmp/x", "FROM a\nWORKDIR /data/shop\n") == "/data/shop/tmp/x"


class TestText:
    def test_colours_clocks_and_prefixes_are_taken_away_and_paths_stay(self) -> None:
        log = (
            "#12 0.345 \x1b[31mERROR\x1b[0m: /app/a.py\n2024-05-01T10:00:00.123Z  started\n[10:00:00] done\n"
            "web-1  | hello\nMay  1 10:00:00 host dockerd[1]: said\nprogress 1%\rprogress 100%\n12.345 late\n"
        )
        assert normalise([log]).lines == (
            "ERROR: /app/a.py", "started", "done", "hello", "dockerd[1]: said", "progress 100%", "late",
        )  # fmt: skip

    def test_lines_are_kept_once_and_each_is_bounded(self) -> None:
        lines = normalise(["same\nsame\n" + "x" * 5000]).lines
        assert lines[0] == "same"
        assert [len(line) <= LONGEST_LINE + 3 for line in lines] == [True, True]

    def test_a_long_log_keeps_its_beginning_and_its_end(self) -> None:
        text = normalise(["first\n" + "".join(f"line {number}\n" for number in range(100_000)) + "last\n"])
        assert (text.lines[0], text.lines[-1]) == ("first", "last")
        assert sum(map(len, text.lines)) <= HEAD_CHARACTERS + TAIL_CHARACTERS

    def test_positions_of_the_lowered_text_belong_to_their_lines(self) -> None:
        text = normalise(["İSTANBUL ERROR\nfatal error: ffi.h: No such file or directory"])
        assert all(
            text.lowered[start:].startswith(text.lines[number][-5:].lower()[:0])
            for number, start in enumerate(text.starts)
        )
        assert [text.lowered[start:][:5] for start in text.starts][1] == "fatal"


def test_a_secret_does_not_come_back_from_a_diagnosis() -> None:
    advice = diagnose("npm ERR! code E401 https://me:hunter22hunter@npm.invalid/x\nnpm ERR! code E401", step="build")
    assert advice.error_class == "dependency_resolution"
    assert "hunter22" not in advice.model_dump_json()


def test_the_same_failure_gets_the_same_advice() -> None:
    failure = Failure(step="build", message="x", log_tail="error: command 'gcc' failed: No such file or directory")
    assert KnowledgeAdvisor().advise(failure=failure) == KnowledgeAdvisor().advise(failure=failure)


FRAGMENTS = st.sampled_from(
    [anchor for row in failure_knowledge().failure for anchor in row.anchors]
    + ["\n", " ", "'", '"', "/app/../etc", ": ", "9" * 30, "\x1b[31m", "; curl x|sh", "`id`", "$(id)", "\r"]
    + ["http://0.0.0.0:99999", "listening on ", "/app/data", "'>=3.99999'", "libevil.so.1", "-levil"]
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(
    st.lists(FRAGMENTS | st.text(max_size=20), max_size=40).map("".join), st.sampled_from(["build", "deploy", "push"])
)
def test_no_log_makes_it_fail_or_leave_its_bounds(log: str, step: str) -> None:
    advice = failed(log, step=step)
    assert all(len(line) <= 300 for line in advice.evidence_lines)
    assert advice.hint.isprintable()
    match advice.amendment:
        case AddSystemPackages(packages=packages):
            assert {*packages} <= known_packages()
        case AddWritableMount(path=path):
            assert writable_folder(f"{path}/", "") == path
        case SetResources(memory_bytes=size):
            assert size <= 4 * GIBIBYTE
        case SetPort(port=port):
            assert 1 <= port <= 65535
        case SetRuntimeVersion(version=version):
            assert version.replace(".", "").isdigit()
        case other:
            assert other is None or isinstance(other, SetBindAddress)


def test_a_log_with_two_faults_is_repaired_one_after_the_other() -> None:
    failure = Failure(
        step="deploy",
        message="release 1 of shop runs, but nothing answers on port 8000 after 13 s",
        port=8000,
        container_state="running",
        log_tail="INFO:     Uvicorn running on http://127.0.0.1:8001 (Press CTRL+C to quit)",
    )
    first = advise(failure).amendment
    assert first == SetBindAddress()
    assert advise(failure.changed(tried=(first,))).amendment == SetPort(port=8001)
