"""Dropwizard: which file it is started with, and the port that the file says."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.detection_kit import component_of

JAR = "java -jar build/libs/shop-all.jar"


def shop(main: str = "new Shop().run(args);", **files: str) -> dict[str, str]:
    return {
        "settings.gradle": "rootProject.name = 'shop'\n",
        "build.gradle": (
            "plugins { id 'com.gradleup.shadow' version '8'\n id 'application' }\n"
            "application { mainClass = 'a.Shop' }\n"
            "dependencies { implementation 'io.dropwizard:dropwizard-core:4.0.0' }\n"
        ),
        "src/main/java/a/Shop.java": (
            f"package a; public class Shop {{ public static void main(String[] args) {{ {main} }} }}"
        ),
        **files,
    }


def served(port: int) -> str:
    return f"server:\n  applicationConnectors:\n    - type: http\n      port: {port}\n"


@pytest.mark.parametrize(
    ("files", "told", "port"),
    [
        ({}, "server", 8080),
        ({"config.yml": served(9801)}, "server config.yml", 9801),
        ({"shop-front.yml": served(9802)}, "server shop-front.yml", 9802),
        ({"conf/shop.yaml": served(9803)}, "server conf/shop.yaml", 9803),
        ({"dev.yml": served(9804), "shop.yml": served(9805)}, "server shop.yml", 9805),
        ({"src/main/resources/shop.yml": served(9806)}, "server src/main/resources/shop.yml", 9806),
    ],
)
def test_dropwizard_is_started_with_its_file(files: dict[str, str], told: str, port: int, tmp_path: Path) -> None:
    component = component_of(tmp_path, shop(**files))

    assert (component.start_command, component.port) == (f"{JAR} {told}", port)


def test_a_file_that_is_read_from_the_jar_is_named_as_it_lies_there(tmp_path: Path) -> None:
    main = "b.setConfigurationSourceProvider(new ResourceConfigurationSourceProvider()); new Shop().run(args);"
    component = component_of(tmp_path, shop(main, **{"src/main/resources/shop.yml": served(9807)}))

    assert component.start_command == f"{JAR} server shop.yml"


def test_code_that_tells_dropwizard_itself_is_told_nothing(tmp_path: Path) -> None:
    component = component_of(tmp_path, shop('new Shop().run("server", "shop.yml");', **{"shop.yml": served(9808)}))

    assert component.start_command == JAR
