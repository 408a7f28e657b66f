"""Gradle scripts, Groovy and Kotlin: plugins, versions, catalogs, several modules, what is started."""

from __future__ import annotations

from pathlib import Path

import pytest

from tasks.detection.java.gradle_text import statements
from tasks.errors import Invalid
from tests.unit.detection_kit import component_of, profile_of

MAIN = {"src/main/kotlin/App.kt": "package a\nfun main() { }\n"}
APPLICATION = 'plugins { application }\napplication { mainClass = "a.AppKt" }\n'


@pytest.mark.parametrize(
    ("script", "release"),
    [
        ("java { toolchain { languageVersion = JavaLanguageVersion.of(21) } }", "21"),
        ("java.toolchain.languageVersion.set(JavaLanguageVersion.of(17))", "17"),
        ("kotlin { jvmToolchain(17) }", "17"),
        ("kotlin { jvmToolchain { languageVersion.set(JavaLanguageVersion.of(11)) } }", "11"),
        ("sourceCompatibility = '11'", "11"),
        ("sourceCompatibility = 1.8", "8"),
        ("java { sourceCompatibility = JavaVersion.VERSION_17 }", "17"),
        ("java.sourceCompatibility = JavaVersion.VERSION_1_8", "8"),
        ("tasks.withType<JavaCompile> { options.release = 17 }", "17"),
        ('tasks.withType<KotlinCompile> { kotlinOptions { jvmTarget = "11" } }', "11"),
        ("kotlin { compilerOptions { jvmTarget.set(JvmTarget.JVM_21) } }", "21"),
        ("def javaRelease = 17\nsourceCompatibility = javaRelease", "17"),
        ("// sourceCompatibility = '11'", None),
        ('val text = "sourceCompatibility = 11"', None),
    ],
)
def test_the_release_of_java_is_read_from_the_script(script: str, release: str | None, tmp_path: Path) -> None:
    component = component_of(tmp_path, {"build.gradle.kts": f"{APPLICATION}{script}\n", **MAIN})

    assert component.language_version == release


def test_versions_and_libraries_come_from_the_catalog(tmp_path: Path) -> None:
    files = {
        "gradle/libs.versions.toml": (
            '[versions]\njava = "21"\n[libraries]\npg = "org.postgresql:postgresql:42.7.4"\n'
            'jedis-client = { module = "redis.clients:jedis", version = "5" }\n'
            '[bundles]\ndata = ["pg", "jedis-client"]\n'
        ),
        "build.gradle.kts": (
            f"{APPLICATION}dependencies {{ implementation(libs.bundles.data) }}\n"
            "kotlin { jvmToolchain(libs.versions.java.get().toInt()) }\n"
        ),
        **MAIN,
    }
    component = component_of(tmp_path, files)

    assert component.language_version == "21"
    assert component.backing_services == ("postgres", "redis")


@pytest.mark.parametrize(
    ("settings", "declaration"),
    [
        ("settings.gradle.kts", 'create("deps") { from(files("gradle/deps.versions.toml")) }'),
        ("settings.gradle", "deps { from(files('gradle/deps.versions.toml')) }"),
    ],
)
def test_a_catalog_may_have_a_name_of_its_own(settings: str, declaration: str, tmp_path: Path) -> None:
    files = {
        settings: f"dependencyResolutionManagement {{ versionCatalogs {{ {declaration} }} }}\n",
        "gradle/deps.versions.toml": (
            '[versions]\njvm = "17"\n[libraries]\nweb = { module = "io.javalin:javalin", version = "6.3.0" }\n'
            '[plugins]\nfat = { id = "com.gradleup.shadow", version = "8.3.5" }\n'
        ),
        "build.gradle.kts": (
            f"plugins {{ alias(deps.plugins.fat) }}\n{APPLICATION}dependencies {{ implementation(deps.web) }}\n"
            "kotlin { jvmToolchain(deps.versions.jvm.get().toInt()) }\n"
        ),
        **MAIN,
    }
    component = component_of(tmp_path, files)

    assert (component.framework, component.language_version) == ("javalin", "17")
    assert component.build_command == "gradle --no-daemon shadowJar"


def test_modules_that_a_loop_includes_are_called_like_their_folders(tmp_path: Path) -> None:
    files = {
        "settings.gradle.kts": (
            'listOf("apps", "libs").forEach { place -> file(place).listFiles()?.forEach {\n'
            '  include(":${it.name}")\n  project(":${it.name}").projectDir = it\n} }\n'
        ),
        "apps/desk/build.gradle.kts": f"{APPLICATION}dependencies {{ implementation(projects.store) }}\n",
        "libs/store/build.gradle.kts": 'dependencies { implementation("org.postgresql:postgresql:42") }\n',
        "apps/desk/src/main/kotlin/App.kt": MAIN["src/main/kotlin/App.kt"],
    }
    component = component_of(tmp_path, files)

    assert component.path == "apps/desk"
    assert component.build_command == "gradle --no-daemon :desk:installDist"
    assert component.backing_services == ("postgres",)


def test_the_java_of_the_daemon_tells_where_nothing_else_does(tmp_path: Path) -> None:
    daemon = {"gradle/gradle-daemon-jvm.properties": "#generated\ntoolchainVersion=21\n"}
    alone = component_of(tmp_path / "alone", {"build.gradle": APPLICATION, **daemon, **MAIN})
    beside = component_of(
        tmp_path / "beside", {"build.gradle": f"{APPLICATION}sourceCompatibility = 17\n", **daemon, **MAIN}
    )

    assert (alone.language_version, beside.language_version) == ("21", "17")


def test_a_broken_catalog_is_refused_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match=r"gradle/libs\.versions\.toml, line 2"):
        profile_of(tmp_path, {"build.gradle": "", "gradle/libs.versions.toml": "[versions]\nx = \n"})


@pytest.mark.parametrize(
    ("script", "command", "task"),
    [
        (APPLICATION, "build/install/shop/bin/shop", "installDist"),
        (
            APPLICATION + "plugins { id('com.gradleup.shadow') version '8.3.5' }\nversion = '2'",
            "java -jar build/libs/shop-2-all.jar",
            "shadowJar",
        ),
        (
            APPLICATION + "plugins { id 'com.gradleup.shadow' }\nshadowJar { archiveFileName = 'all.jar' }",
            "java -jar build/libs/all.jar",
            "shadowJar",
        ),
        (
            "plugins { id 'org.springframework.boot' version '3.4.0' }\nbootJar { archiveFileName = 'app.jar' }",
            "java -jar build/libs/app.jar",
            "bootJar",
        ),
        (
            "plugins { id 'org.springframework.boot' version '3.4.0' }\nversion = gitVersion()",
            "java -jar build/libs/shop-*.jar",
            "bootJar",
        ),
        ("plugins { id 'io.quarkus' }", "java -jar build/quarkus-app/quarkus-run.jar", "quarkusBuild"),
        (
            "plugins { id 'java' }\njar { manifest { attributes 'Main-Class': 'a.AppKt' } }",
            "java -jar build/libs/shop.jar",
            "jar",
        ),
    ],
)
def test_what_the_build_writes_is_what_is_started(script: str, command: str, task: str, tmp_path: Path) -> None:
    files = {"build.gradle": script, "settings.gradle": "rootProject.name = 'shop'", **MAIN}
    component = component_of(tmp_path, files)

    assert component.start_command == command
    assert component.build_command == f"gradle --no-daemon {task}"


def test_the_wrapper_is_used_when_it_is_complete(tmp_path: Path) -> None:
    wrapper = {
        "gradlew": "#!/bin/sh\n",
        "gradle/wrapper/gradle-wrapper.properties": "distributionUrl=https\\://registry.invalid/gradle-8.10.2-bin.zip\n",
    }
    (tmp_path / "without").mkdir()
    (tmp_path / "with").mkdir()
    without = component_of(tmp_path / "without", {"build.gradle": APPLICATION, **wrapper, **MAIN})
    jar = {"gradle/wrapper/gradle-wrapper.jar": "PK"}
    complete = component_of(tmp_path / "with", {"build.gradle": APPLICATION, **wrapper, **jar, **MAIN})

    assert without.build_command == "gradle --no-daemon installDist"
    assert complete.build_command == "./gradlew --no-daemon installDist"
    assert complete.package_manager_version == "8.10.2"


def test_a_module_is_built_from_its_root_with_what_that_says_for_all(tmp_path: Path) -> None:
    files = {
        "settings.gradle": "include ':api', ':core'\n",
        "build.gradle": (
            "allprojects { version = '1.0' }\nsubprojects {\n  apply plugin: 'java'\n  sourceCompatibility = '17'\n}\n"
            "project(':api') { apply plugin: 'org.springframework.boot' }\n"
        ),
        "api/build.gradle": (
            "dependencies {\n  implementation project(':core')\n"
            "  implementation 'org.springframework.boot:spring-boot-starter-web'\n}\n"
        ),
        "core/build.gradle": "dependencies { implementation group: 'org.mongodb', name: 'mongodb-driver-sync' }\n",
        "api/src/main/java/a/Api.java": (
            "package a; @SpringBootApplication class Api { public static void main(String[] a) { } }"
        ),
    }
    component = component_of(tmp_path, files)

    assert (component.path, component.language_version, component.port) == ("api", "17", 8080)
    assert component.start_command == "java -jar build/libs/api-1.0.jar"
    assert component.build_command == "gradle --no-daemon :api:bootJar"
    assert component.backing_services == ("mongodb",)
    assert "../settings.gradle" in component.dependency_files


@pytest.mark.parametrize("plugin", ["com.android.application", "org.jetbrains.intellij", "java-gradle-plugin"])
def test_what_no_server_can_run_is_refused(plugin: str, tmp_path: Path) -> None:
    assert profile_of(tmp_path, {"build.gradle": f"plugins {{ id '{plugin}' }}", **MAIN}).verdict == "unsupported"


def test_a_script_is_read_as_statements_in_blocks() -> None:
    found = statements('a { b("c") {\n  d = "e" // f\n  /* g = 1 */ h.set(2)\n} }\n')

    assert [(each.key, each.value) for each in found] == [("a", None), ("a.b", "c"), ("a.b c.d", "e"), ("a.b c.h", "2")]
    assert [each.line for each in found] == [1, 1, 2, 3]


@pytest.mark.parametrize("text", ["}}}}", '"""', "'", "{" * 500, "a(" * 300, "plugins { id("])
def test_a_script_that_is_none_is_read_without_harm(text: str, tmp_path: Path) -> None:
    assert profile_of(tmp_path, {"build.gradle": text}).verdict == "unsupported"
