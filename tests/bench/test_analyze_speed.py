"""Analysis of a large repository and of a small one, from the file system to the profile."""

from __future__ import annotations

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


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    """Ten thousand files, a third of them Python that reads the environment and could make an application."""
    root = tmp_path_factory.mktemp("large")
    (root / "requirements.txt").write_text("fastapi==0.121.0\nuvicorn==0.38.0\n", encoding="utf-8")
    (root / "main.py").write_text("from fastapi import FastAPI\n\napp = FastAPI()\n", encoding="utf-8")
    body = "import os\n\nVALUE = os.environ.get('VALUE_{n}', 'x')\n\n\ndef read_{n}():\n    return VALUE\n"
    for number in range(FILES - 2):
        folder = root / f"package_{number % 100}" / f"part_{number % 7}"
        folder.mkdir(parents=True, exist_ok=True)
        suffix = ("py", "txt", "json")[number % 3]
        (folder / f"module_{number}.{suffix}").write_text(body.format(n=number), encoding="utf-8")
    return Checkout(root=root, location="large")


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
