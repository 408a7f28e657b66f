"""A program of others is bounded in time and output, and nothing of it is left behind."""

import sys
import threading
import time
from pathlib import Path

import pytest

from adapters.process import Completed, TooMuchOutput, run
from tasks.errors import Denied, Invalid, Missing, Unavailable


def python(code: str, **options: object) -> Completed:
    return run([sys.executable, "-c", code], **{"timeout_s": 20, **options})  # type: ignore[arg-type]


def gone(pid: int) -> bool:
    """Whether the process has ended; one that waits to be reaped by init has."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return True


def wait_until_gone(pid: int, *, timeout_s: float = 10) -> bool:
    deadline = time.monotonic() + timeout_s
    while not gone(pid) and time.monotonic() < deadline:
        time.sleep(0.01)
    return gone(pid)


def test_exit_code_and_both_outputs_come_back() -> None:
    done = python("import sys; print('out'); print('err', file=sys.stderr); sys.exit(3)")

    assert done == Completed(exit_code=3, stdout="out\n", stderr="err\n")


def test_what_is_given_on_stdin_is_read_even_when_it_is_large() -> None:
    done = python("import sys; print(len(sys.stdin.read()))", stdin="x" * 1_000_000)

    assert done.stdout == "1000000\n"


def test_a_program_that_does_not_read_its_stdin_ends_as_usual() -> None:
    assert python("print('done')", stdin="x" * 1_000_000).stdout == "done\n"


def test_without_stdin_the_program_reads_nothing() -> None:
    assert python("import sys; print(repr(sys.stdin.read()))").stdout == "''\n"


def test_the_environment_is_inherited_less_what_is_held_back_plus_what_is_given(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HELD_BACK", "1")
    monkeypatch.setenv("INHERITED", "1")

    done = python(
        "import os; print([name for name in ('HELD_BACK', 'INHERITED', 'GIVEN') if name in os.environ])",
        env={"GIVEN": "1"},
        without=("HELD_",),
    )

    assert done.stdout == "['INHERITED', 'GIVEN']\n"


def test_arguments_are_never_seen_by_a_shell() -> None:
    done = run([sys.executable, "-c", "import sys; print(sys.argv[1])", "$(id); `id` | id"], timeout_s=20)

    assert done.stdout == "$(id); `id` | id\n"


def test_a_program_that_is_late_is_ended_with_everything_that_it_started(tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    code = (
        "import os, signal, subprocess, sys, time\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import signal, time; "
        "signal.signal(signal.SIGTERM, signal.SIG_IGN); print(1, flush=True); time.sleep(60)'],"
        " stdout=subprocess.PIPE)\n"
        "child.stdout.readline()\n"
        f"open({str(pids)!r}, 'w').write(f'{{os.getpid()}} {{child.pid}}')\n"
        "time.sleep(60)\n"
    )
    started = time.monotonic()

    with pytest.raises(Unavailable, match="did not end within 1 s"):
        python(code, timeout_s=1)

    assert time.monotonic() - started < 10
    leader, child = map(int, pids.read_text().split())
    assert wait_until_gone(leader)
    assert wait_until_gone(child)


def test_what_an_ended_program_left_running_neither_holds_us_up_nor_lives_on(tmp_path: Path) -> None:
    pid = tmp_path / "pid"
    code = (
        "import subprocess, sys\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
        f"open({str(pid)!r}, 'w').write(str(child.pid))\n"
        "print('done')\n"
    )
    started = time.monotonic()

    assert python(code).stdout == "done\n"
    assert time.monotonic() - started < 10
    assert wait_until_gone(int(pid.read_text()))


def test_a_program_that_prints_without_end_is_ended() -> None:
    with pytest.raises(TooMuchOutput, match="more than 100000 bytes"):
        python("while True: print('x' * 1000)", output_limit_bytes=100_000)


def test_only_the_end_of_a_long_error_output_is_kept() -> None:
    done = python("import sys; sys.stderr.write('x' * 1_000_000 + 'the end')")

    assert len(done.stderr) == 64 * 1024
    assert done.stderr.endswith("xthe end")


def test_what_the_watch_raises_ends_the_program(tmp_path: Path) -> None:
    pid = tmp_path / "pid"

    def watch() -> None:
        if pid.exists() and pid.read_text().endswith("\n"):
            raise Invalid("enough")

    with pytest.raises(Invalid, match="enough"):
        python(
            f"import os, time; print(os.getpid(), file=open({str(pid)!r}, 'w')); time.sleep(60)",
            watch=watch,
        )
    assert wait_until_gone(int(pid.read_text()))


def test_an_interrupt_ends_the_program(tmp_path: Path) -> None:
    pid = tmp_path / "pid"

    def interrupt() -> None:
        if pid.exists() and pid.read_text().endswith("\n"):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        python(
            f"import os, time; print(os.getpid(), file=open({str(pid)!r}, 'w')); time.sleep(60)",
            watch=interrupt,
        )
    assert wait_until_gone(int(pid.read_text()))


def test_a_program_that_does_not_exist_is_missing() -> None:
    with pytest.raises(Missing, match="no program 'no-such-program'"):
        run(["no-such-program"], timeout_s=1)


def test_a_program_that_may_not_be_run_is_denied(tmp_path: Path) -> None:
    (tmp_path / "script").write_text("#!/bin/sh\n")

    with pytest.raises(Denied):
        run([tmp_path / "script"], timeout_s=1)


def test_a_folder_that_does_not_exist_is_not_taken_for_a_missing_program(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="no folder"):
        run([sys.executable], cwd=tmp_path / "absent", timeout_s=1)


def test_programs_run_side_by_side_in_threads() -> None:
    outputs: list[str] = []
    threads = [threading.Thread(target=lambda: outputs.append(python("print(1)").stdout)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert outputs == ["1\n"] * 4


def test_no_file_descriptor_stays_open() -> None:
    python("print(1)")
    before = len(list(Path("/proc/self/fd").iterdir()))
    for _ in range(5):
        python("print(1)", stdin="x")

    assert len(list(Path("/proc/self/fd").iterdir())) == before
