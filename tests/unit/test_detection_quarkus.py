"""What Quarkus makes: a folder, or one jar where its release or its settings make no folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.detection_kit import component_of

FOLDER = "java -jar target/quarkus-app/quarkus-run.jar"
JAR = "java -jar target/till-2.0-runner.jar"
SOURCE = {"src/main/java/a/Till.java": 'package a;\n@Path("/till")\npublic class Till { }\n'}


def shop(properties: str, **more: str) -> dict[str, str]:
    pom = (
        "<project><groupId>a</groupId><artifactId>till</artifactId><version>2.0</version>"
        f"<properties>{properties}</properties><dependencies>"
        "<dependency><groupId>io.quarkus</groupId><artifactId>quarkus-resteasy</artifactId></dependency>"
        "<dependency><groupId>io.quarkus</groupId><artifactId>quarkus-smallrye-health</artifactId></dependency>"
        "</dependencies><build><plugins><plugin><groupId>io.quarkus</groupId>"
        "<artifactId>quarkus-maven-plugin</artifactId></plugin></plugins></build></project>"
    )
    return {"pom.xml": pom, **SOURCE, **more}


@pytest.mark.parametrize(
    ("version", "start", "option", "health"),
    [
        ("3.15.1", FOLDER, "package", "/q/health"),
        ("1.12.0.Final", FOLDER, "package", "/q/health"),
        ("1.11.3.Final", JAR, "-Dquarkus.package.type=uber-jar", "/q/health"),
        ("1.7.0.Final", JAR, "-Dquarkus.package.type=uber-jar", "/health"),
        ("1.3.2.Final", JAR, "-Dquarkus.package.uber-jar=true", "/health"),
    ],
)
def test_the_release_of_quarkus_decides_what_is_started_and_asked(
    version: str, start: str, option: str, health: str, tmp_path: Path
) -> None:
    component = component_of(tmp_path, shop(f"<quarkus.platform.version>{version}</quarkus.platform.version>"))

    assert (component.start_command, component.health_path) == (start, health)
    assert component.build_command is not None
    assert component.build_command.endswith(option)


@pytest.mark.parametrize(
    ("line", "start"),
    [
        ("quarkus.package.type=uber-jar", JAR),
        ("quarkus.package.jar.type=uber-jar", JAR),
        ("%dev.quarkus.package.jar.type=uber-jar", FOLDER),
        ("quarkus.package.jar.type=fast-jar", FOLDER),
        ("quarkus.package.type=legacy-jar", JAR),
    ],
)
def test_the_configuration_says_how_quarkus_is_packaged(line: str, start: str, tmp_path: Path) -> None:
    files = shop("<quarkus.platform.version>3.2.0</quarkus.platform.version>")
    component = component_of(tmp_path, {**files, "src/main/resources/application.properties": f"{line}\n"})

    assert component.start_command == start


def test_an_old_quarkus_built_by_gradle_is_one_jar(tmp_path: Path) -> None:
    files = {
        "gradle.properties": "quarkusPluginVersion=1.6.0.Final\n",
        "settings.gradle": "rootProject.name = 'till'\n",
        "build.gradle": (
            "plugins { id 'java'\n id 'io.quarkus' }\nversion = '2.0'\n"
            "dependencies { implementation 'io.quarkus:quarkus-resteasy' }\n"
        ),
        **SOURCE,
    }
    component = component_of(tmp_path, files)

    assert component.start_command == "java -jar build/till-2.0-runner.jar"
    assert component.build_command == "gradle --no-daemon quarkusBuild -Dquarkus.package.type=uber-jar"
