"""Dockerfiles that copy what a build outside of them writes, and commands that are of one language of a folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.detection_kit import component_of, profile_of

POM = (
    "<project><artifactId>shop</artifactId><version>1</version><properties>"
    "<maven.compiler.release>21</maven.compiler.release></properties><build><plugins><plugin>"
    "<artifactId>spring-boot-maven-plugin</artifactId><executions><execution><goals><goal>repackage</goal></goals>"
    "</execution></executions></plugin></plugins></build><dependencies><dependency>"
    "<groupId>org.springframework.boot</groupId><artifactId>spring-boot-starter-web</artifactId>"
    "</dependency></dependencies></project>"
)
SHOP = {
    "pom.xml": POM,
    "src/main/java/a/Shop.java": (
        "package a;\n@SpringBootApplication\npublic class Shop { public static void main(String[] a) { } }\n"
    ),
}
OWN = "java -jar target/shop-1.jar"
RUNS = 'EXPOSE 8085\nENTRYPOINT ["java", "-jar", "/shop.jar"]\n'


@pytest.mark.parametrize(
    "copies",
    [
        "COPY target/shop-1.jar /shop.jar",
        "COPY --chown=1000 ./target/*.jar /shop.jar",
        "ARG JAR_FILE=target/*.jar\nCOPY ${JAR_FILE} /shop.jar",
        'ADD ["shop-1.jar", "/shop.jar"]',
    ],
)
def test_a_dockerfile_whose_jar_is_made_outside_of_it_is_left_aside(copies: str, tmp_path: Path) -> None:
    profile = profile_of(tmp_path, {**SHOP, "Dockerfile": f"FROM eclipse-temurin:21-jre\n{copies}\n{RUNS}"})
    component = profile.components[0]

    assert (component.dockerfile, component.start_command, component.port) == (None, OWN, 8085)
    assert [each for each in profile.warnings if each.startswith("Dockerfile:") and "is left aside" in each]


@pytest.mark.parametrize(
    ("copies", "more"),
    [
        ("COPY --from=build /src/target/shop-1.jar /shop.jar", {}),
        ("COPY target/shop-1.jar /shop.jar", {"target/shop-1.jar": "x"}),
        ("COPY bin/start.sh /start.sh", {"bin/start.sh": "exec java -jar /shop.jar\n"}),
        ("COPY secrets.json /secrets.json", {}),
        ("ADD https://files.invalid/build/agent.jar /agent.jar", {}),
    ],
)
def test_a_dockerfile_that_finds_what_it_copies_is_used(copies: str, more: dict[str, str], tmp_path: Path) -> None:
    text = f"FROM maven:3 AS build\nRUN mvn package\nFROM eclipse-temurin:21-jre\n{copies}\n{RUNS}"
    component = component_of(tmp_path, {**SHOP, **more, "Dockerfile": text})

    assert (component.dockerfile, component.start_command) == ("Dockerfile", "java -jar /shop.jar")


def test_a_dockerfile_is_used_where_nothing_else_says_how_to_build(tmp_path: Path) -> None:
    text = "FROM debian:13\nCOPY dist/shop /shop\nEXPOSE 8080\nCMD /shop\n"

    assert component_of(tmp_path, {"README.md": "x", "Dockerfile": text}).dockerfile == "Dockerfile"


def test_the_module_whose_output_the_roots_dockerfile_wants_is_built_by_itself(tmp_path: Path) -> None:
    parts = {f"shop/{name}": text for name, text in SHOP.items()}
    text = f"FROM eclipse-temurin:21-jre\nCOPY shop/target/shop-1.jar /shop.jar\n{RUNS}"
    profile = profile_of(tmp_path, {**parts, "Dockerfile": text})

    assert [(each.path, each.dockerfile, each.start_command) for each in profile.components] == [("shop", None, OWN)]
    assert any(each.startswith("Dockerfile:2 copies shop/target/shop-1.jar") for each in profile.warnings)


def test_a_procfiles_command_is_of_the_language_that_starts_something(tmp_path: Path) -> None:
    files = {
        "Gemfile": "gem 'rails'\ngem 'puma'\n",
        "config.ru": "run Rails.application\n",
        "config/application.rb": "module Shop\nend\n",
        "package.json": '{"scripts": {"build": "esbuild app.js"}, "dependencies": {"react": "18"}}',
        "Procfile": "web: bundle exec puma -b tcp://0.0.0.0:8086\n",
    }
    component = component_of(tmp_path, files)

    assert (component.language, component.port) == ("ruby", 8086)


@pytest.mark.parametrize(("named", "jar"), [("", "shop-1.jar"), ("<finalName>app</finalName>", "app.jar")])
def test_spring_boots_plug_in_names_its_jar(named: str, jar: str, tmp_path: Path) -> None:
    plugin = "<artifactId>spring-boot-maven-plugin</artifactId>"
    pom = POM.replace(plugin, f"{plugin}<configuration>{named}</configuration>")

    assert component_of(tmp_path, {**SHOP, "pom.xml": pom}).start_command == f"java -jar target/{jar}"
