"""Dockerfiles of applications on the JVM: what builds, what is copied, and how they are told their port."""

from __future__ import annotations

from pathlib import Path

import pytest

from tasks.dockerfiles import render
from tasks.dockerfiles.jvm import outputs
from tasks.errors import Invalid
from tasks.models import Component, ImagePlan

GRADLE = "gradle/wrapper/gradle-wrapper.properties"


def component(**fields: object) -> Component:
    values = {
        "name": "shop",
        "kind": "web",
        "language": "java",
        "package_manager": "maven",
        "port": 8080,
        "start_command": "java -jar target/shop-1.jar",
        "build_command": "mvn -B -ntp -DskipTests package",
        "dependency_files": ("pom.xml",),
    }
    return Component.model_validate({**values, **fields})


def text(folder: Path, **fields: object) -> str:
    return render(ImagePlan(component=component(**fields), context=folder)).text


@pytest.mark.parametrize(
    ("start", "copied"),
    [
        ("java -jar target/shop-1.jar", ["/app/target/shop-1.jar"]),
        ("java -jar target/quarkus-app/quarkus-run.jar", ["/app/target/quarkus-app"]),
        ("build/install/shop/bin/shop", ["/app/build/install/shop"]),
        ("target/universal/stage/bin/shop -v", ["/app/target/universal/stage"]),
        ("java -cp 'target/classes:target/dependency/*' a.Main", ["/app/target/classes", "/app/target/dependency"]),
        ("java -cp target/classes:target/dependency/* Main", ["/app/target/classes", "/app/target/dependency"]),
        ("java $JAVA_OPTS -jar target/*.jar", ["/app/target"]),
        ("java -jar app.jar", ["/app"]),
        ("java -jar build/libs/shop-*.jar", ["/app/build/libs"]),
    ],
)
def test_only_what_the_start_command_needs_is_copied(start: str, copied: list[str]) -> None:
    found = [each.source for each in outputs(start, "/app")]

    assert [each.rstrip("-") if each.endswith("-") else each for each in found] == copied


@pytest.mark.parametrize(
    ("wanted", "base"), [("17", "17"), ("18", "21"), ("7", "8"), ("9", "11"), (None, "21"), ("25", "25")]
)
def test_the_image_is_that_of_the_next_release(wanted: str | None, base: str, tmp_path: Path) -> None:
    found = text(tmp_path, language_version=wanted)

    assert f"FROM maven:3-eclipse-temurin-{base} AS build" in found
    assert f"FROM eclipse-temurin:{base}-jre" in found


@pytest.mark.parametrize(
    ("version", "wanted", "builder"),
    [("8.10.2", "21", "21"), ("7.4", "21", "17"), ("7.4", None, "17"), ("6.9", "8", "8"), ("9.1.0", "11", "17")],
)
def test_the_wrapper_is_run_on_a_java_that_its_gradle_knows(
    version: str, wanted: str | None, builder: str, tmp_path: Path
) -> None:
    (tmp_path / "gradlew").touch()
    found = text(
        tmp_path,
        package_manager="gradle",
        package_manager_version=version,
        language_version=wanted,
        build_command="./gradlew --no-daemon bootJar",
        start_command="java -jar build/libs/shop.jar",
        dependency_files=("build.gradle", "gradlew"),
    )

    assert f"FROM eclipse-temurin:{builder}-jdk AS build" in found
    assert "chmod a+x gradlew && sh -c './gradlew --no-daemon bootJar'" in found


@pytest.mark.parametrize(
    ("framework", "variable"),
    [("spring-boot", "SERVER_PORT"), ("quarkus", "QUARKUS_HTTP_PORT"), ("micronaut", "MICRONAUT_SERVER_PORT")],
)
def test_a_framework_is_told_the_port_whatever_its_files_say(framework: str, variable: str, tmp_path: Path) -> None:
    assert f'{variable}="9000"' in text(tmp_path, framework=framework, port=9000)


def test_an_application_on_loopback_is_told_every_address(tmp_path: Path) -> None:
    assert 'SERVER_ADDRESS="0.0.0.0"' in text(tmp_path, framework="spring-boot", bind_address="0.0.0.0")  # noqa: S104


def test_a_module_is_built_from_the_root_and_run_in_its_folder(tmp_path: Path) -> None:
    found = text(
        tmp_path,
        path="services/api",
        dependency_files=("../pom.xml", "pom.xml"),
        build_command="mvn -B -ntp -DskipTests -pl api -am package",
    )

    assert "COPY services/ ./" in found
    assert "COPY --from=build /app/api/target/shop-1.jar /app/api/target/shop-1.jar" in found
    assert "WORKDIR /app/api\n" in found


@pytest.mark.parametrize(("version", "apart"), [("3.3.0", True), ("3.2.9", False), ("2.7.1", False), ("4.0.0", True)])
def test_a_jar_of_spring_boot_is_taken_apart_where_its_tools_can(version: str, apart: bool, tmp_path: Path) -> None:  # noqa: FBT001 - a parameter
    parent = f"<artifactId>spring-boot-starter-parent</artifactId>\n<version>{version}</version>"
    (tmp_path / "pom.xml").write_text(parent, encoding="utf-8")

    assert ("-Djarmode=tools" in text(tmp_path, framework="spring-boot")) is apart


@pytest.mark.parametrize(("api", "tomcat"), [("jakarta.servlet", "10.1"), ("javax.servlet", "9.0")])
def test_an_archive_is_served_by_the_tomcat_of_its_api(api: str, tomcat: str, tmp_path: Path) -> None:
    (tmp_path / "pom.xml").write_text(f"<groupId>{api}</groupId>", encoding="utf-8")
    found = text(tmp_path, start_command="catalina.sh run", language_version="17")

    assert f"FROM tomcat:{tomcat}-jre17 AS tomcat" in found
    assert 'CMD ["/opt/tomcat/bin/catalina.sh", "run"]' in found


def test_what_nothing_builds_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="not known how shop is built") as refused:
        text(tmp_path, build_command=None)
    assert refused.value.hint


def test_a_build_command_of_the_user_is_data(tmp_path: Path) -> None:
    command = "mvn package -Dx='a b' && echo $HOME\\"

    assert 'RUN --mount=type=cache,target=/root/.m2 \\\n    ["sh", "-c", ' in text(tmp_path, build_command=command)


@pytest.mark.parametrize(
    ("default", "confidence", "told"), [(None, 0.35, True), ("9000", 0.35, False), (None, 0.75, False)]
)
def test_a_variable_for_the_port_is_told_it_where_the_program_says_none(
    default: str | None, confidence: float, tmp_path: Path, *, told: bool
) -> None:
    said = {"field": "port", "value": "8080", "file": "pom.xml", "rule": "jvm.listens", "confidence": confidence}
    found = text(tmp_path, env=[{"name": "APP_PORT", "default": default}], evidence=[said])

    assert ("APP_PORT" in found) is told


def test_a_configuration_that_the_start_names_is_copied_from_its_folder(tmp_path: Path) -> None:
    (tmp_path / "conf").mkdir()
    (tmp_path / "conf/shop.yml").touch()

    assert "COPY --from=build /app/conf/shop.yml /app/conf/shop.yml" in text(
        tmp_path, start_command="java -jar target/shop-1.jar server conf/shop.yml"
    )


def test_the_wrapper_may_be_run_after_another_command(tmp_path: Path) -> None:
    (tmp_path / "gradlew").touch()
    found = text(
        tmp_path,
        package_manager="gradle",
        build_command="echo 1 > /tmp/a.gradle && ./gradlew --no-daemon -I /tmp/a.gradle installDist",
        start_command="build/install/shop/bin/shop",
        dependency_files=("build.gradle", "gradlew"),
    )

    assert "FROM gradle:" not in found
    assert "chmod a+x gradlew && " in found
