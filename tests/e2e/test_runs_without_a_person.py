"""The README's three ways to run without a person: the UI's form, the clock, a push. And Ctrl-C in a build."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import shlex
import shutil
import subprocess
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.contracts.real import eventually
from tests.e2e.kit import APPS, Kit, get
from tests.e2e.served import PrefectApi, Service, running
from tests.e2e.test_interrupts import processes_of

README = (Path(__file__).parent.parent.parent / "README.md").read_text(encoding="utf-8")
SECTION = README.partition("## Runs without a person")[2].partition("\n## ")[0]
COMMANDS = [
    shlex.split(line.partition(" #")[0])
    for block in re.findall(r"```sh\n(.*?)```", SECTION, flags=re.DOTALL)
    for line in block.splitlines()
]
ALLOW_LIST = re.findall(r"```toml\n(.*?)```", SECTION, flags=re.DOTALL)[0]
READY = "runs are awaited"

pytestmark = pytest.mark.docker


def command(*verbs: str) -> list[str]:
    """The README's command that begins like this."""
    [found] = [argv for argv in COMMANDS if argv[: len(verbs)] == list(verbs)]
    return found


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A git repository with packages of our names, each of which would leave a trace."""
    folder = Path(shutil.copytree(APPS / "hello-python", tmp_path_factory.mktemp("git") / "shop"))
    for name in ("tasks", "flows", "deployments", "prefect"):
        (folder / name).mkdir()
        trap = f"open({str(folder.parent / 'trap')!r}, 'a').write(__file__)\n"
        (folder / name / "__init__.py").write_text(trap)
    git = ["git", "-c", "user.name=t", "-c", "user.email=t@registry.invalid"]
    for argv in (["init", "-q", "-b", "main"], ["add", "."], ["commit", "-qm", "one"]):
        subprocess.run([*git, *argv], cwd=folder, check=True)
    return folder


@pytest.fixture(scope="module")
def served(session_kit: Kit, engine: None, repository: Path) -> Iterator[Service]:
    """The README's first command, typed in that repository."""
    del engine
    with running(session_kit, *command("containerkit", "serve")[1:], cwd=repository, ready=READY) as service:
        yield service


@pytest.fixture
def api(kit: Kit) -> PrefectApi:
    lines = kit("server", "status").out.splitlines()
    return PrefectApi(next(line.split()[-1] for line in lines if line.startswith("API")))


def test_a_run_from_the_form_ends_in_an_application_that_answers_and_imports_nothing_of_the_repository(
    kit: Kit, served: Service, api: PrefectApi, repository: Path, free_port: int
) -> None:
    kit.names.append("form")
    run_id = api.start_by_form(
        {"source": {"location": str(repository)}, "published_port": free_port, "overrides": {"name": "form"}}
    )
    run = api.ended(run_id)
    assert run["state_type"] == "COMPLETED", served.said
    assert get(free_port)[0] == 200
    assert re.fullmatch(r"form @ [0-9a-f]{12}", run["name"])
    assert {"on-demand", "app:form"} <= set(run["tags"])
    assert not (repository.parent / "trap").exists()
    assert api.url.removesuffix("/api") in "".join(served.said)
    assert "**took**" in summary_of(api, run_id)


def summary_of(api: PrefectApi, run_id: str) -> str:
    found = api(
        "/artifacts/filter", {"artifacts": {"flow_run_id": {"any_": [run_id]}, "key": {"any_": ["run-summary"]}}}
    )
    return str(found[0]["data"])


@pytest.mark.usefixtures("served")
def test_the_commands_for_the_clock_work_one_after_the_other(kit: Kit, api: PrefectApi, repository: Path) -> None:
    for verb, words in (("add", "shop runs at 0 3 * * *"), ("list", "on"), ("pause", "shop is off")):
        ended = kit(*command("containerkit", "schedule", verb)[1:], cwd=repository)
        assert ended.code == 0, ended.err
        assert words in ended.out
    schedules = api("/deployments/name/containerize/containerize-nightly")["schedules"]
    [shop] = [schedule for schedule in schedules if schedule["slug"] == "shop"]
    assert shop["active"] is False
    assert not (repository.parent / "trap").exists()
    assert shop["parameters"]["request"]["source"]["location"] == "https://forge.invalid/team/shop.git"


def test_a_signed_push_ends_in_an_application_that_answers_and_a_redelivery_is_the_same_run(
    kit: Kit, served: Service, api: PrefectApi, repository: Path, free_port: int, tmp_path: Path
) -> None:
    listed = ALLOW_LIST.replace("https://forge.invalid/team/shop.git", f"file://{repository}")
    here = f'published_port = {free_port}\ntarget = "engine"'
    text = listed.replace("branches", 'protocol = "file"\nbranches').replace('target = "engine"', here)
    (tmp_path / "webhook.toml").write_text(text)
    subprocess.run(command("openssl"), cwd=tmp_path, check=True)
    kit.names.append("shop")
    body = json.dumps(
        {"ref": "refs/heads/main", "after": "0" * 40, "repository": {"full_name": "team/shop"}},
    ).encode()
    secret = (tmp_path / "webhook.secret").read_text().strip()
    argv = [*command("containerkit", "webhook")[1:], "--port", "0"]
    with running(kit, *argv, cwd=tmp_path, ready="listening at") as webhook:
        url = next(word for line in webhook.said for word in line.split() if word.endswith("/github"))
        assert deliver(url, body, "wrong")[0] == 401
        answers = [deliver(url, body, secret) for _ in range(2)]
        assert [status for status, _ in answers] == [202, 202], webhook.said
        assert answers[0] == answers[1]
        run = api.ended(answers[0][1]["run_id"])
        assert run["state_type"] == "COMPLETED", served.said
        assert webhook.interrupt() == 0
    assert get(free_port)[0] == 200
    assert run["name"].startswith("shop @ ")
    assert not (repository.parent / "trap").exists()
    assert secret not in "".join((*webhook.said, *served.said))


def deliver(url: str, body: bytes, secret: str) -> tuple[int, dict[str, str]]:
    headers = {
        "X-Hub-Signature-256": "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest(),
        "X-GitHub-Event": "push",
        "X-GitHub-Delivery": "5d6e1f0c-0000-0000-0000-000000000000",
    }
    asked = urllib.request.Request(url, body, headers)  # noqa: S310 - loopback
    try:
        with urllib.request.urlopen(asked, timeout=30) as answer:  # noqa: S310 - loopback
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, {}


def test_ctrl_c_in_a_build_cancels_the_run_and_leaves_nothing_running(
    kit: Kit, served: Service, api: PrefectApi, app: Callable[[str], Path], free_port: int
) -> None:
    folder = app("hello-python")
    (folder / "app.py").write_text((folder / "app.py").read_text() + f"# {folder}\n")
    mark = f"time.sleep({free_port})"
    build = f"python -c 'import time; {mark}'"
    run_id = api.start_by_form(
        {
            "source": {"location": str(folder)},
            "overrides": {"name": "slow", "build": build},
            "published_port": free_port,
        }
    )
    eventually(lambda: any(mark in line for line in commands_on_this_machine()), within_s=60)
    assert served.interrupt() == 0, served.said
    assert api.run(run_id)["state_type"] == "CANCELLED"
    assert processes_of(kit) == set()
    eventually(lambda: not any(mark in line for line in commands_on_this_machine()), within_s=10)
    listed = subprocess.run(["docker", "ps", "-aq", "-f", "name=slow"], capture_output=True, text=True, check=True)
    assert listed.stdout == ""


def commands_on_this_machine() -> list[str]:
    """A build on this machine's engine is a process of it; this test's own line is a file's, not a command's."""
    found = []
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            found.append(file.read_bytes().decode(errors="replace").replace("\0", " "))
        except OSError:
            continue
    return found
