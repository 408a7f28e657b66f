"""Ports of programs on the JVM that other files than the one with the call explain."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.detection_kit import component_of


@pytest.mark.parametrize(
    ("files", "port"),
    [
        ({"Names.java": "class Names { static final int DOOR_PORT = 9501; }"}, 9501),
        ({"Names.java": "class Names { static final int DOOR_PORT = 9501, OTHER = 1; int DOOR_PORTS = 2; }"}, 9501),
        ({"A.java": "class A { int DOOR_PORT = 9501; }", "B.java": "class B { int DOOR_PORT = 9502; }"}, None),
        ({"Names.java": "class Names { static final int WALL_PORT = 9501; }"}, None),
    ],
)
def test_a_name_of_the_port_is_explained_by_another_file(
    files: dict[str, str], port: int | None, tmp_path: Path
) -> None:
    main = "package a; class Main { public static void main(String[] s) { new ServerSocket(Names.DOOR_PORT); } }"
    component = component_of(
        tmp_path,
        {
            "build.gradle": "plugins { id 'application' }\napplication { mainClass = 'a.Main' }\n",
            "src/main/java/a/Main.java": main,
            **{f"src/main/java/a/{name}": text for name, text in files.items()},
        },
    )

    assert component.port == port


def test_a_module_that_is_depended_on_explains_the_port(tmp_path: Path) -> None:
    files = {
        "settings.gradle.kts": 'include(":server", ":shared")\n',
        "server/build.gradle.kts": (
            'plugins { id("io.ktor.plugin") }\ndependencies {\n  implementation(projects.shared)\n'
            '  implementation("io.ktor:ktor-server-netty:3.0.0")\n}\n'
        ),
        "server/src/main/kotlin/Server.kt": "fun main() { embeddedServer(Netty, port = DOOR_PORT) { }.start(true) }\n",
        "shared/build.gradle.kts": 'plugins { kotlin("multiplatform") }\n',
        "shared/src/commonMain/kotlin/Names.kt": "const val DOOR_PORT = 9503\n",
    }

    assert component_of(tmp_path, files).port == 9503


@pytest.mark.parametrize(("written", "port"), [('"$PORT:9504"', 9504), ('"$?PORT:9505"', 9505), ("9506", 9506)])
def test_the_port_of_ktor_may_come_from_a_variable(written: str, port: int, tmp_path: Path) -> None:
    files = {
        "build.gradle": (
            "plugins { id 'application' }\napplication { mainClass = 'io.ktor.server.netty.EngineMain' }\n"
            "dependencies { implementation 'io.ktor:ktor-server-netty:3.0.0' }\n"
        ),
        "src/main/kotlin/App.kt": "fun Application.module() { }\n",
        "src/main/resources/application.yaml": f"ktor:\n  deployment:\n    port: {written}\n",
    }

    assert component_of(tmp_path, files).port == port


@pytest.mark.parametrize(
    ("own", "port"),
    [
        (
            "spring:\n  application:\n    name: till\n  config:\n    import: optional:configserver:http://localhost:8888\n",
            9507,
        ),
        ("spring.application.name: till\nspring.cloud.config.uri: http://localhost:8888\n", 9507),
        ("spring.application.name: till\nspring.cloud.config.uri: http://x\nserver.port: 9508\n", 9508),
        ("spring.application.name: till\n", 8080),
        ("spring.application.name: desk\nspring.cloud.config.uri: http://localhost:8888\n", 8080),
    ],
)
def test_a_configuration_server_of_the_repository_tells_the_port(own: str, port: int, tmp_path: Path) -> None:
    files = {
        "till/build.gradle": (
            "plugins { id 'org.springframework.boot' version '3.4.0' }\n"
            "dependencies { implementation 'org.springframework.boot:spring-boot-starter-web' }\n"
        ),
        "till/src/main/java/a/Till.java": (
            "package a; @SpringBootApplication public class Till { public static void main(String[] args) { } }"
        ),
        "till/src/main/resources/application.yml": own,
        "settings-of-all/till.yml": "server:\n  port: 9507\n",
        "cluster/till.yml": "apiVersion: v1\nserver:\n  port: 9509\n",
        ".github/workflows/till.yml": "server:\n  port: 9510\n",
    }

    assert component_of(tmp_path, files).port == port
