"""Images that serve pages to those who write them, and images that run only what somebody else tells them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.unit.detection_kit import component_of, profile_of

NODE = "FROM node:22-slim\nWORKDIR /site\nCOPY . .\nRUN npm install\nEXPOSE 5173\n"


def site(tool: str, **scripts: str) -> dict[str, str]:
    package = {"scripts": {"build": f"{tool} build", **scripts}, "devDependencies": {tool: "1"}}
    return {"package.json": json.dumps({"private": True, **package}), "index.html": "<p>"}


DEVELOPERS = {
    "the bundler's server by a script": (site("vite", dev="vite"), 'CMD ["npm", "run", "dev", "--", "--host"]\n'),
    "by npm start": (site("vite", start="vite --port 5173"), "CMD npm start\n"),
    "by its own name": (site("vite"), 'CMD ["npx", "vite", "--host"]\n'),
    "a look at what was built": (site("vite", preview="vite preview"), 'CMD ["npm", "run", "preview"]\n'),
    "a script of the repository": (
        {**site("vite", dev="vite"), "entrypoint.sh": "#!/bin/sh\n# serve\necho serving\nexec npm run dev\n"},
        'ENTRYPOINT ["sh", "/site/entrypoint.sh"]\n',
    ),
}


@pytest.mark.parametrize("case", DEVELOPERS)
def test_pages_whose_image_only_serves_developers_are_built(case: str, tmp_path: Path) -> None:
    files, start = DEVELOPERS[case]
    profile = profile_of(tmp_path, {**files, "Dockerfile": NODE + start})
    component = profile.components[0]

    assert (component.kind, component.port, component.start_command) == ("static", None, None)
    assert (component.dockerfile, component.language_version) == (None, "22")
    assert profile.warnings[0].startswith("Dockerfile:6 starts a server for development, by `")


def test_the_ports_that_a_compose_file_publishes_of_such_an_image_make_no_server(tmp_path: Path) -> None:
    pages = {f"pages/{name}": text for name, text in site("vite", dev="vite").items()}
    compose = "services:\n  pages:\n    build: pages\n    command: npm run dev\n    ports: ['5173:5173']\n"
    files = {**pages, "pages/Dockerfile": f"{NODE}CMD npm run dev\n", "compose.yaml": compose}

    assert component_of(tmp_path, files).kind == "static"


def test_pages_that_are_mounted_into_an_image_of_all_files_are_what_it_is_of(tmp_path: Path) -> None:
    pages = {f"shop/pages/{name}": text for name, text in site("vite", dev="vite").items()}
    own = "FROM node:20\nWORKDIR /code\nCOPY . /code\nCMD npm run dev\n"
    build = "{context: ., dockerfile: docker/pages/Dockerfile}"
    compose = (
        f"services:\n  pages:\n    build: {build}\n    volumes: ['./shop/pages:/code']\n    ports: ['5173:5173']\n"
    )
    component = component_of(tmp_path, {**pages, "docker/pages/Dockerfile": own, "compose.yaml": compose})

    assert (component.path, component.kind, component.language_version) == ("shop/pages", "static", "20")


GENERATORS = {
    "mkdocs by its image": (
        {"mkdocs.yml": "site_name: x\n", "docs/index.md": "a\n"},
        "squidfunk/mkdocs-material",
        '["serve"]',
    ),
    "hugo by its image": (
        {"hugo.toml": "title = 'x'\n", "content/a.md": "a\n"},
        "hugomods/hugo:0.150",
        '["server", "-D"]',
    ),
    "jekyll": (
        {"_config.yml": "title: x\n", "Gemfile": "gem 'jekyll'\n", "_posts/2024-01-02-a.md": "---\n---\n"},
        "ruby:3.4",
        '["bundle", "exec", "jekyll", "serve"]',
    ),
}


@pytest.mark.parametrize("case", GENERATORS)
def test_what_a_generator_shows_to_writers_is_built(case: str, tmp_path: Path) -> None:
    files, image, command = GENERATORS[case]
    own = f"FROM {image}\nCOPY . .\nEXPOSE 4000\nCMD {command}\n"
    component = component_of(tmp_path, {**files, "Dockerfile": own})

    assert (component.kind, component.port, component.dockerfile) == ("static", None, None)


SERVED = {
    "a server of files": (site("vite", serve="serve -s dist"), 'CMD ["npm", "run", "serve"]\n', "npm run serve"),
    "a script that starts one": (
        {**site("vite"), "start.sh": "npm run build\nexec nginx -g 'daemon off;'\n"},
        "CMD sh start.sh\n",
        "sh start.sh",
    ),
}


@pytest.mark.parametrize("case", SERVED)
def test_pages_whose_image_serves_what_was_built_are_served_by_it(case: str, tmp_path: Path) -> None:
    files, start, _ = SERVED[case]
    component = component_of(tmp_path, {**files, "Dockerfile": NODE + start})

    assert (component.kind, component.port, component.dockerfile) == ("web", 5173, "Dockerfile")


FLASK = {"requirements.txt": "flask\ngunicorn\n", "app.py": "from flask import Flask\napp = Flask(__name__)\n"}
PYTHON = "FROM python:3.12-slim\nWORKDIR /shop\nCOPY . .\nRUN pip install -r requirements.txt\n"
HANDING = {
    "all that it is told": ("start.sh", '#!/bin/sh\npython wait.py\nexec "$@"\n'),
    "as another user": ("docker/entrypoint.sh", 'set -e\nflask db upgrade\nexec gosu shop "$@"\n'),
    "without exec": ("entrypoint.sh", 'sleep 1\n"$@"\n'),
}


@pytest.mark.parametrize("case", HANDING)
def test_a_script_that_only_runs_what_it_is_told_starts_nothing(case: str, tmp_path: Path) -> None:
    name, text = HANDING[case]
    own = f'{PYTHON}ENTRYPOINT ["sh", "/shop/{name}"]\n'
    profile = profile_of(tmp_path, {**FLASK, name: text, "Dockerfile": own})
    component = profile.components[0]

    assert (component.dockerfile, component.language_version) == (None, "3.12")
    assert component.start_command == "gunicorn app:app --bind 0.0.0.0:8000"
    assert profile.warnings[0].endswith("it is not built")


STARTING = {
    "with a command": ('ENTRYPOINT ["sh", "go.sh"]\nCMD ["gunicorn", "app:app"]\n', 'exec "$@"\n'),
    "with words of its own": (
        'ENTRYPOINT ["sh", "go.sh"]\n',
        'if [ $# = 0 ]; then set -- gunicorn app:app; fi\nexec "$@"\n',
    ),
    "that starts something": ('ENTRYPOINT ["sh", "go.sh"]\n', "exec gunicorn app:app\n"),
    "that is not there": ('ENTRYPOINT ["sh", "other.sh"]\n', 'exec "$@"\n'),
}


@pytest.mark.parametrize("case", STARTING)
def test_a_script_with_something_to_start_is_an_image_s_own(case: str, tmp_path: Path) -> None:
    start, text = STARTING[case]
    component = component_of(tmp_path, {**FLASK, "go.sh": text, "Dockerfile": PYTHON + start})

    assert component.dockerfile == "Dockerfile"


def test_of_several_exposed_ports_the_one_that_a_variable_names_is_meant(tmp_path: Path) -> None:
    own = f"{PYTHON}EXPOSE 80 443\nENV LISTEN_PORT=5080\nEXPOSE 5080\nCMD ./serve\n"

    assert component_of(tmp_path, {**FLASK, "Dockerfile": own}).port == 5080


RUNS = [
    "./mvnw spring-boot:run",
    "/shop/mvnw spring-boot:run",
    "sh mvnw -q clean spring-boot:run",
    "mvn -B spring-boot:run",
]
SPRING = {
    "pom.xml": (
        "<project><modelVersion>4.0.0</modelVersion><parent><groupId>org.springframework.boot</groupId>"
        "<artifactId>spring-boot-starter-parent</artifactId><version>3.5.0</version></parent><groupId>shop</groupId>"
        "<artifactId>shop</artifactId><version>1</version><dependencies><dependency>"
        "<groupId>org.springframework.boot</groupId><artifactId>spring-boot-starter-web</artifactId></dependency>"
        "</dependencies><build><plugins><plugin><groupId>org.springframework.boot</groupId>"
        "<artifactId>spring-boot-maven-plugin</artifactId></plugin></plugins></build></project>"
    ),
    "src/main/java/shop/Shop.java": (
        "package shop;\n@org.springframework.boot.autoconfigure.SpringBootApplication\npublic class Shop {\n"
        "public static void main(String[] a) { org.springframework.boot.SpringApplication.run(Shop.class, a); }\n}\n"
    ),
}


@pytest.mark.parametrize("command", RUNS)
def test_a_build_tool_that_runs_a_program_stands_for_what_it_builds(command: str, tmp_path: Path) -> None:
    compose = f"services:\n  shop:\n    build: .\n    command: {command}\n    ports: ['8080:8080']\n"

    assert component_of(tmp_path, {**SPRING, "compose.yaml": compose}).start_command == "java -jar target/shop-1.jar"
