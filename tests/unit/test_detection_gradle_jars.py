"""Gradle modules that no plugin makes a program of: tasks of their own, and start scripts that are made for them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.detection_kit import component_of, profile_of

SERVES = "package a; public class Shop { public static void main(String[] args) { new ServerSocket(9700); } }"
JAVA = "plugins { id 'java' }\nversion = '2'\ndependencies { implementation 'com.google.code.gson:gson:2' }\n"
SETTINGS = "rootProject.name = 'shop'\n"


def shop(script: str) -> dict[str, str]:
    return {"settings.gradle": SETTINGS, "build.gradle": f"{JAVA}{script}\n", "src/main/java/a/Shop.java": SERVES}


NAMES = "manifest { attributes 'Main-Class': 'a.Shop' }"
TAKES_UP = "from { configurations.runtimeClasspath.collect { zipTree(it) } }"


@pytest.mark.parametrize(
    ("script", "jar", "task"),
    [
        (f"task allJar(type: Jar) {{\n {NAMES}\n baseName = project.name + '-all'\n}}", "shop-all-2.jar", "allJar"),
        (f"tasks.register('allJar', Jar) {{\n archiveClassifier = 'all'\n {TAKES_UP}\n}}", "shop-2-all.jar", "allJar"),
        (f"tasks.register('allJar', Jar) {{\n archiveFileName = 'one.jar'\n {NAMES}\n}}", "one.jar", "allJar"),
        (f"jar {{\n {NAMES}\n {TAKES_UP}\n}}", "shop-2.jar", "jar"),
    ],
)
def test_a_task_of_the_script_may_make_the_whole_program(script: str, jar: str, task: str, tmp_path: Path) -> None:
    component = component_of(tmp_path, shop(script))

    assert component.start_command == f"java -jar build/libs/{jar}"
    assert component.build_command == f"gradle --no-daemon {task}"


@pytest.mark.parametrize("script", ["", "jar { manifest { attributes 'Main-Class': 'a.Shop' } }"])
def test_a_program_without_a_plugin_gets_start_scripts(script: str, tmp_path: Path) -> None:
    component = component_of(tmp_path, shop(script))

    assert (component.kind, component.port) == ("web", 9700)
    assert component.start_command == "build/install/shop/bin/shop"
    assert component.build_command is not None
    assert "a.mainClass.set('a.Shop')" in component.build_command
    assert component.build_command.endswith("gradle --no-daemon -I /tmp/application.gradle installDist")


def test_a_class_beside_a_library_makes_no_program(tmp_path: Path) -> None:
    files = shop("") | {"src/main/java/a/Shop.java": SERVES.replace("new ServerSocket(9700);", "")}

    assert profile_of(tmp_path, files).verdict == "unsupported"


def test_a_module_that_another_one_depends_on_is_no_program_of_its_own(tmp_path: Path) -> None:
    files = {
        "settings.gradle": "include ':shelf', ':till'\n",
        "shelf/build.gradle": JAVA,
        "shelf/src/main/java/a/Shop.java": SERVES,
        "till/build.gradle": (
            "plugins { id 'application' }\napplication { mainClass = 'b.Till' }\n"
            "dependencies { implementation project(':shelf') }\n"
        ),
        "till/src/main/java/b/Till.java": (
            "package b; public class Till { public static void main(String[] args) { new ServerSocket(9701); } }"
        ),
    }

    assert [each.path for each in profile_of(tmp_path, files).components if each.kind != "library"] == ["till"]
