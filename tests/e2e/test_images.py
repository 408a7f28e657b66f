"""Images of ours, built by a real engine and run as strictly as a target runs them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from adapters.docker import EngineLocation, connect
from tasks.context import build_key
from tasks.detection import analyze, choose
from tasks.dockerfiles import amend, confinement, render
from tasks.models import (
    Application,
    BuildRequest,
    Checkout,
    Component,
    Container,
    ContainerSpec,
    ImagePlan,
    ImageRef,
    Progress,
    SetBindAddress,
    WritableMount,
)
from tasks.ports import ContainerRuntime

pytestmark = [pytest.mark.docker, pytest.mark.usefixtures("engine")]

BUILD_S = 600
UVICORN = """
import uvicorn
async def app(scope, receive, send):
    await send({"type": "http.response.start", "status": 200})
    await send({"type": "http.response.body", "body": b"ok"})
uvicorn.run(app, host="127.0.0.1", port=8000, lifespan="off")
"""
NODE = 'require("http").createServer((_, answer) => answer.end("ok")).listen(3000, "127.0.0.1");\n'
RUBY = """
require "socket"
server = TCPServer.new("0.0.0.0", Integer(ENV.fetch("PORT", 4567)))
loop do
  client = server.accept
  nil until client.gets.to_s.chomp.empty?
  client.write "HTTP/1.1 200 OK\\r\\nContent-Length: 2\\r\\nConnection: close\\r\\n\\r\\nok" rescue nil
  client.close
end
"""
WITHOUT_PACKAGES = {
    "php": {".tool-versions": "php 8.2.28\n", "index.php": "<?php echo 'ok';"},
    "ruby": {"Gemfile": 'ruby "~> 3.3.0"\n', "Procfile": "web: ruby server.rb\n", "server.rb": RUBY},
}
"""No registry of their packages can be counted on."""
FORMER_NODE = {
    "package.json": '{"engines": {"node": "14.x"}, "scripts": {"start": "node a.js"}, "dependencies": {"ms": "2.1.3"}}',
    "a.js": 'require("ms");\n' + NODE.replace(', "127.0.0.1"', ""),
}
WEB = Component(name="images", kind="web", language="python", language_version="3.13", package_manager="pip")


class Silent:
    def report(self, *, progress: Progress) -> None:
        del progress


class Running:
    """A component that was built and started."""

    def __init__(self, runtime: ContainerRuntime, container: Container) -> None:
        self.runtime = runtime
        self.container = container

    def answer(self, path: str = "/", within_s: float = 20) -> int:
        """The status of GET `path` through the published port; 0 when nothing answers in time."""
        deadline = time.monotonic() + within_s
        while time.monotonic() < deadline:
            try:
                return httpx.get(f"http://{self.container.address}{path}", timeout=5).status_code
            except httpx.TransportError:
                time.sleep(0.2)
        return 0

    def seconds_to_stop(self) -> float:
        began = time.monotonic()
        self.runtime.stop(container_id=self.container.id, grace_s=10)
        return time.monotonic() - began


Start = Callable[[Component, Path], Running]


@pytest.fixture
def start(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Start]:
    runtime = connect("docker", None, EngineLocation(), redact=str)
    started: list[str] = []

    def build_and_run(component: Component, context: Path) -> Running:
        dockerfile = render(ImagePlan(component=component, context=context, choice="auto"))
        image = runtime.build(
            request=BuildRequest(
                dockerfile=dockerfile,
                context=context,
                key=build_key(dockerfile, context),
                name=ImageRef.parse(f"containerkit-test/{component.name}:1"),
                log_file=tmp_path_factory.mktemp("log") / "build.log",
            ),
            progress=Silent(),
            timeout_s=BUILD_S,
        )
        assert confinement(image, port=component.port) == ()
        name = f"containerkit-test-images-{len(started)}"
        spec = ContainerSpec(
            name=name,
            application=Application(name=name),
            kind=component.kind,
            image=image.id,
            port=component.port,
            published_port=0,
            mounts=(WritableMount(path="/tmp"),),  # noqa: S108 - inside the container
            restart="no",
        )
        container = runtime.run(spec=spec, variables=(), timeout_s=60)
        started.append(container.id)
        return Running(runtime, container)

    yield build_and_run
    for container in started:
        runtime.remove(container_id=container)
    runtime.close()


@pytest.mark.parametrize(
    "name",
    ["hello-python", "flask-factory-uv", "hello-node", "express-typescript-npm", "fastify-pnpm", "npm-workspaces"],
)
def test_a_sample_application_answers_from_a_read_only_container_and_ends_when_told(
    name: str, app: Callable[[str], Path], start: Start
) -> None:
    root = app(name)
    component = choose(analyze(Checkout(root=root, location=name)), None)
    running = start(component, root)
    assert running.answer(component.health_path or "/") == 200
    assert running.seconds_to_stop() < 5


def test_an_application_that_is_pinned_to_a_former_release_is_installed_and_answers(
    tmp_path: Path, start: Start
) -> None:
    for file, text in FORMER_NODE.items():
        (tmp_path / file).write_text(text)
    running = start(choose(analyze(Checkout(root=tmp_path, location="former")), None), tmp_path)
    assert running.answer() == 200
    assert running.seconds_to_stop() < 5


@pytest.mark.parametrize("language", WITHOUT_PACKAGES)
def test_an_application_that_needs_no_package_answers_and_ends_when_told(
    language: str, tmp_path: Path, start: Start
) -> None:
    for file, text in WITHOUT_PACKAGES[language].items():
        (tmp_path / file).write_text(text)
    component = choose(analyze(Checkout(root=tmp_path, location=language)), None)
    running = start(component, tmp_path)
    assert running.answer() == 200
    assert running.seconds_to_stop() < 5


@pytest.mark.parametrize(
    ("language", "start_command", "port", "files"),
    [
        ("node", "node server.js", 3000, {"server.js": NODE}),
        ("python", "python main.py", 8000, {"main.py": UVICORN, "requirements.txt": "uvicorn[standard]\n"}),
    ],
)
def test_what_listens_on_localhost_is_reached_once_it_is_told_to_listen_everywhere(
    language: str, start_command: str, port: int, files: dict[str, str], tmp_path: Path, start: Start
) -> None:
    for file, text in files.items():
        (tmp_path / file).write_text(text)
    deaf = WEB.changed(
        language=language,
        language_version=None,
        package_manager="pip" if language == "python" else None,
        port=port,
        start_command=start_command,
        dependency_files=tuple(each for each in files if each.endswith(".txt")),
    )
    assert start(deaf, tmp_path).answer(within_s=4) == 0
    told = start(amend(deaf, (SetBindAddress(),)), tmp_path)
    assert told.answer() == 200
    assert told.seconds_to_stop() < 5


def test_files_that_only_their_owner_may_read_are_read_by_the_application(tmp_path: Path, start: Start) -> None:
    (tmp_path / "pages").mkdir(mode=0o700)
    for file in (tmp_path / "server.py", tmp_path / "pages/index.html"):
        file.write_text(
            "import http.server as s, os\nos.chdir('pages')\ns.test(s.SimpleHTTPRequestHandler, port=8000)\n"
        )
        file.chmod(0o600)
    private = WEB.changed(port=8000, start_command="python server.py", package_manager=None)
    assert start(private, tmp_path).answer("/index.html") == 200


def test_an_own_dockerfile_that_runs_as_root_runs_confined_once_it_is_improved(tmp_path: Path, start: Start) -> None:
    (tmp_path / "Dockerfile").write_text(
        "FROM python:3.13-slim\nWORKDIR /srv/pages\nRUN touch index.html && chmod 600 index.html\nEXPOSE 8000\n"
        'CMD ["python", "-m", "http.server", "8000"]\n'
    )
    own = WEB.changed(port=8000, dockerfile="Dockerfile")
    with pytest.raises(AssertionError, match="no USER"):
        start(own, tmp_path)
    improved = render(ImagePlan(component=own, context=tmp_path, choice="improved"))
    (tmp_path / "Dockerfile").write_text(improved.text)
    assert start(own, tmp_path).answer("/index.html") == 200
