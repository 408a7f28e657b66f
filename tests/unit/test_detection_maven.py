"""Maven projects: versions, inheritance, what is started, and poms that are hostile or broken."""

from __future__ import annotations

from pathlib import Path

import pytest

from tasks.errors import Invalid
from tests.unit.detection_kit import component_of, profile_of

MAIN = "package a; public class Main { public static void main(String[] args) { } }"
LISTENS = (
    "package a; import com.sun.net.httpserver.HttpServer; public class Main { public static void main(String[] args)"
    " { HttpServer.create(new InetSocketAddress(9000), 0).start(); } }"
)


def pom(inner: str, name: str = "shop") -> str:
    return f"<project><groupId>a</groupId><artifactId>{name}</artifactId><version>1</version>{inner}</project>"


def properties(**values: str) -> str:
    pairs = "".join(f"<{name.replace('_', '.')}>{value}</{name.replace('_', '.')}>" for name, value in values.items())
    return f"<properties>{pairs}</properties>"


def plug_in(name: str, inner: str) -> str:
    plugin = f"<artifactId>maven-{name}-plugin</artifactId><configuration>{inner}</configuration>"
    return f"<build><plugins><plugin>{plugin}</plugin></plugins></build>"


def compiler(inner: str) -> str:
    return plug_in("compiler", inner)


BOOT = "<parent><artifactId>spring-boot-starter-parent</artifactId><version>3.3.1</version></parent>"
PLUGIN = "<artifactId>spring-boot-maven-plugin</artifactId>"
TOLD = "<executions><execution><goals><goal>repackage</goal></goals></execution></executions>"
SPRING = "package a; @SpringBootApplication public class Main { public static void main(String[] args) { } }"


@pytest.mark.parametrize(
    ("inner", "start"),
    [
        (f"<build><plugins><plugin>{PLUGIN}{TOLD}</plugin></plugins></build>", "java -jar target/shop-1.jar"),
        (f"{BOOT}<build><plugins><plugin>{PLUGIN}</plugin></plugins></build>", "java -jar target/shop-1.jar"),
        (
            (
                f"<build><pluginManagement><plugins><plugin>{PLUGIN}{TOLD}</plugin></plugins></pluginManagement>"
                f"<plugins><plugin>{PLUGIN}</plugin></plugins></build>"
            ),
            "java -jar target/shop-1.jar",
        ),
        (
            f"<build><plugins><plugin>{PLUGIN}</plugin></plugins></build>",
            "java -cp 'target/classes:target/dependency/*' a.Main",
        ),
    ],
)
def test_a_jar_is_started_only_where_its_dependencies_are_put_into_it(inner: str, start: str, tmp_path: Path) -> None:
    web = "<dependency><groupId>org.springframework.boot</groupId><artifactId>spring-boot-starter-web</artifactId>"
    files = {
        "pom.xml": pom(f"<dependencies>{web}</dependency></dependencies>{inner}"),
        "src/main/java/a/Main.java": SPRING,
    }

    assert component_of(tmp_path, files).start_command == start


@pytest.mark.parametrize(
    ("inner", "release"),
    [
        (BOOT, "17"),
        (BOOT + compiler("<source>15</source><target>15</target>"), "17"),
        (BOOT + properties(maven_compiler_source="1.8", java_version="21"), "21"),
        (BOOT + properties(maven_compiler_source="21"), "21"),
        (BOOT.replace("3.3.1", "2.7.0") + properties(java_version="11"), "11"),
    ],
)
def test_the_parent_of_spring_boot_3_compiles_for_no_release_below_its_own(
    inner: str, release: str, tmp_path: Path
) -> None:
    component = component_of(tmp_path, {"pom.xml": pom(inner), "src/main/java/a/Main.java": MAIN})

    assert component.language_version == release


@pytest.mark.parametrize(
    ("inner", "release"),
    [
        (properties(maven_compiler_release="17"), "17"),
        (properties(maven_compiler_source="1.8", maven_compiler_target="1.8"), "8"),
        (properties(java_version="21"), "21"),
        (properties(jdk="11") + compiler("<release>${jdk}</release>"), "11"),
        (properties(maven_compiler_source="11") + compiler("<release>17</release>"), "17"),
        (compiler("<source>11</source><target>11</target>"), "11"),
        (properties(a="${b}", b="21", maven_compiler_release="${a}"), "21"),
        (properties(a="${b}", b="${a}", maven_compiler_release="${a}"), None),
        (properties(maven_compiler_release="99"), None),
        (properties(kotlin_compiler_jvmTarget="17"), "17"),
        (plug_in("toolchains", "<toolchains><jdk><version>[17,18)</version></jdk></toolchains>"), "17"),
        (plug_in("enforcer", "<rules><requireJavaVersion><version>[21,)</version></requireJavaVersion></rules>"), "21"),
        (
            properties(maven_compiler_release="17")
            + plug_in("enforcer", "<rules><requireJavaVersion><version>11</version></requireJavaVersion></rules>"),
            "17",
        ),
    ],
)
def test_the_release_of_java_is_read_from_the_pom(inner: str, release: str | None, tmp_path: Path) -> None:
    component = component_of(tmp_path, {"pom.xml": pom(inner), "src/main/java/a/Main.java": MAIN})

    assert component.language_version == release


@pytest.mark.parametrize(
    ("file", "text", "release"),
    [
        (".java-version", "temurin-21.0.2+13\n", "21"),
        (".java-version", "1.8\n", "8"),
        (".sdkmanrc", "# comment\njava=17.0.9-tem\n", "17"),
        ("system.properties", "java.runtime.version=11\n", "11"),
        (".tool-versions", "maven 3.9.9\njava corretto-25.0.1\n", "25"),
        ("mise.toml", '[tools]\njava = "temurin-21"\n', "21"),
    ],
)
def test_a_version_file_is_stronger_than_the_pom(file: str, text: str, release: str, tmp_path: Path) -> None:
    files = {"pom.xml": pom(properties(maven_compiler_release="16")), "src/main/java/a/Main.java": MAIN, file: text}

    assert component_of(tmp_path, files).language_version == release


def test_what_no_release_is_called_is_warned_about(tmp_path: Path) -> None:
    profile = profile_of(tmp_path, {"pom.xml": pom(properties(maven_compiler_release="99"))})

    assert any("no known release of Java is '99'" in each for each in profile.warnings)


def test_properties_and_dependencies_are_inherited_from_parents_of_the_repository(tmp_path: Path) -> None:
    parent = "<parent><groupId>a</groupId><artifactId>root</artifactId><version>1</version></parent>"
    dependency = "<dependency><groupId>org.postgresql</groupId><artifactId>postgresql</artifactId></dependency>"
    files = {
        "pom.xml": pom(
            f"<packaging>pom</packaging><modules><module>app</module></modules>{properties(java_version='21')}"
            f"<dependencies>{dependency}</dependencies>",
            "root",
        ),
        "app/pom.xml": f"<project>{parent}<artifactId>app</artifactId></project>",
        "app/src/main/java/a/Main.java": LISTENS,
    }
    component = component_of(tmp_path, files)

    assert (component.path, component.language_version, component.port) == ("app", "21", 9000)
    assert component.backing_services == ("postgres",)
    assert component.start_command == "java -cp 'target/classes:target/dependency/*' a.Main"
    assert component.build_command is not None
    assert "-pl app -am package dependency:copy-dependencies" in component.build_command


def test_what_only_tests_need_says_nothing(tmp_path: Path) -> None:
    dependency = "<dependency><groupId>{0}</groupId><artifactId>{1}</artifactId><scope>test</scope></dependency>"
    inner = f"<dependencies>{dependency.format('org.postgresql', 'postgresql')}</dependencies>"
    component = component_of(tmp_path, {"pom.xml": pom(inner), "src/main/java/a/Main.java": LISTENS})

    assert component.backing_services == ()


def test_two_poms_that_call_each_other_parent_are_read(tmp_path: Path) -> None:
    parent = "<parent><artifactId>{0}</artifactId><relativePath>{1}</relativePath></parent>"
    files = {
        "pom.xml": pom(parent.format("b", "b/pom.xml"), "a"),
        "b/pom.xml": pom(parent.format("a", "../pom.xml"), "b"),
    }

    assert profile_of(tmp_path, files).verdict == "unsupported"


@pytest.mark.parametrize(
    ("text", "line", "why"),
    [
        ("<project>\n<a></b></project>", 2, "mismatched tag"),
        ('<!DOCTYPE project [\n<!ENTITY a "b">]>\n<project>&a;</project>', 1, "DOCTYPE"),
        ("<project>\n&unknown;</project>", 2, "undefined entity"),
        ("", 1, "no element found"),
        ("<project>" * 100 + "</project>" * 100, 1, "nested too deeply"),
    ],
)
def test_a_pom_that_cannot_be_used_is_refused_with_its_line(text: str, line: int, why: str, tmp_path: Path) -> None:
    with pytest.raises(Invalid, match=f"pom.xml, line {line}: .*{why}") as refused:
        profile_of(tmp_path, {"pom.xml": text})
    assert refused.value.reason == "unreadable"


@pytest.mark.parametrize("packaging", ["maven-plugin", "hpi", "pom"])
def test_what_is_no_program_is_a_library(packaging: str, tmp_path: Path) -> None:
    files = {"pom.xml": pom(f"<packaging>{packaging}</packaging>"), "src/main/java/a/Main.java": MAIN}

    assert profile_of(tmp_path, files).verdict == "unsupported"


@pytest.mark.parametrize(
    ("configuration", "jar"),
    [
        ("", "target/shop-1.jar"),
        ("<shadedArtifactAttached>true</shadedArtifactAttached>", "target/shop-1-shaded.jar"),
        ("<finalName>all</finalName>", "target/all.jar"),
        ("<outputFile>${project.build.directory}/${project.artifactId}-fat.jar</outputFile>", "target/shop-fat.jar"),
    ],
)
def test_the_shaded_jar_is_what_is_started(configuration: str, jar: str, tmp_path: Path) -> None:
    plugin = f"<artifactId>maven-shade-plugin</artifactId><configuration>{configuration}</configuration>"
    inner = f"<build><plugins><plugin>{plugin}</plugin></plugins></build>"
    component = component_of(tmp_path, {"pom.xml": pom(inner), "src/main/java/a/Main.java": MAIN})

    assert component.start_command == f"java -jar {jar}"
