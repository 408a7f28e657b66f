"""Analysis of a large repository and of a small one, from the file system to the profile."""

from __future__ import annotations

import resource
import subprocess
import sys
import time
from pathlib import Path

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from tasks.detection import analyze, render_json
from tasks.models import Checkout

ROOT = Path(__file__).parent.parent.parent
FILES = 10_000
LIMIT_S = 0.5
HUGE_FILES = 50_000
HUGE_LIMIT_S = 1.0
HUGE_LIMIT_BYTES = 150 * 2**20
START_UP_RATIO = 3.0
LEAST_START_UP = "from pydantic import BaseModel; import typer; from rich.console import Console"
"""What every command line made with these libraries pays."""
PEAK = """
import sys
from pathlib import Path
from tasks.detection import analyze, render_json
from tasks.models import Checkout
sys.stdout.write(render_json(analyze(Checkout(root=Path(sys.argv[1]), location="huge"))))
status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
print(int(status["VmHWM"].split()[0]) * 1024, file=sys.stderr)
"""


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    """Ten thousand files, a third of them Python that reads the environment and could make an application."""
    return repository(tmp_path_factory.mktemp("large"), FILES)


@pytest.fixture(scope="module")
def huge(tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    """The same with fifty thousand files."""
    return repository(tmp_path_factory.mktemp("huge"), HUGE_FILES)


def repository(root: Path, files: int) -> Checkout:
    (root / "requirements.txt").write_text("fastapi==0.121.0\nuvicorn==0.38.0\n", encoding="utf-8")
    (root / "main.py").write_text("from fastapi import FastAPI\n\napp = FastAPI()\n", encoding="utf-8")
    body = "import os\n\nVALUE = os.environ.get('VALUE_{n}', 'x')\n\n\ndef read_{n}():\n    return VALUE\n"
    for number in range(files - 2):
        folder = root / f"package_{number % 100}" / f"part_{number % 7}"
        folder.mkdir(parents=True, exist_ok=True)
        suffix = ("py", "txt", "json")[number % 3]
        (folder / f"module_{number}.{suffix}").write_text(body.format(n=number), encoding="utf-8")
    return Checkout(root=root, location=root.name)


@pytest.mark.benchmark(timer=time.process_time)
def test_ten_thousand_files_take_half_a_second(large: Checkout, benchmark: BenchmarkFixture) -> None:
    profile = benchmark.pedantic(analyze, args=(large,), rounds=5, warmup_rounds=1)  # type: ignore[no-untyped-call]  # the library's own

    assert profile.components[0].framework == "fastapi"
    if benchmark.stats is not None:
        assert benchmark.stats.stats.median <= LIMIT_S


@pytest.mark.benchmark(timer=time.process_time)
def test_a_small_repository_takes_milliseconds(benchmark: BenchmarkFixture) -> None:
    checkout = Checkout(root=ROOT / "tests" / "apps" / "hello-python", location="hello-python")

    text = benchmark(lambda: render_json(analyze(checkout)))

    assert '"deployable"' in text
    if benchmark.stats is not None:
        assert benchmark.stats.stats.median <= 0.02


def test_detection_starts_without_prefect_and_soon() -> None:
    code = "import sys, tasks.detection; assert not {'prefect', 'docker', 'kubernetes'} & set(sys.modules)"
    started = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, timeout=60)

    assert time.perf_counter() - started < 10


@pytest.mark.benchmark(timer=time.process_time)
def test_fifty_thousand_files_take_a_second(huge: Checkout, benchmark: BenchmarkFixture) -> None:
    profile = benchmark.pedantic(analyze, args=(huge,), rounds=3, warmup_rounds=1)  # type: ignore[no-untyped-call]  # the library's own

    assert profile.components[0].framework == "fastapi"
    if benchmark.stats is not None:
        assert benchmark.stats.stats.median <= HUGE_LIMIT_S


def test_fifty_thousand_files_take_little_memory_and_give_the_same_bytes_twice(huge: Checkout) -> None:
    argv = [sys.executable, "-c", PEAK, str(huge.root)]
    first, second = (subprocess.run(argv, cwd=ROOT, capture_output=True, check=True, timeout=60) for _ in range(2))

    assert first.stdout == second.stdout
    assert int(first.stderr) <= HUGE_LIMIT_BYTES


def test_analyze_takes_at_most_three_times_as_long_as_its_libraries(benchmark: BenchmarkFixture) -> None:
    """Processor time of whole processes, in turns, so that a busy machine slows both."""
    ours = [str(Path(sys.executable).with_name("containerkit")), "analyze", "tests/apps/hello-python", "--json"]
    least = [sys.executable, "-c", LEAST_START_UP]
    pairs = [(processor_time_s(ours), processor_time_s(least)) for _ in range(7)]
    benchmark.pedantic(processor_time_s, args=(ours,), rounds=1)  # type: ignore[no-untyped-call]  # the library's own

    assert min(own for own, _ in pairs) / min(base for _, base in pairs) <= START_UP_RATIO


def processor_time_s(argv: list[str]) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(argv, cwd=ROOT, capture_output=True, check=True, timeout=60)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
