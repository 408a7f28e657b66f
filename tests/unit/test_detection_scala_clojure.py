"""Scala and Clojure projects: what they are made with, how they are built and started."""

from __future__ import annotations

from pathlib import Path

import pytest

from tasks.detection.clojure.edn import parse_edn, table_of
from tasks.detection.frameworks import Framework, frameworks
from tasks.errors import Invalid
from tests.unit.detection_kit import component_of, profile_of

SCALA = {"src/main/scala/Main.scala": "object Main extends App { println(1) }\n"}
CLOJURE = {"src/shop/core.clj": "(ns shop.core)\n(defn -main [& args] (println 1))\n"}


def sbt(settings: str, **more: str) -> dict[str, str]:
    return {"build.sbt": f'name := "Shop"\nscalaVersion := "2.13.15"\n{settings}\n', **SCALA, **more}


@pytest.mark.parametrize(
    ("settings", "plugin", "start", "build"),
    [
        ("enablePlugins(JavaAppPackaging)", "", "target/universal/stage/bin/shop", "sbt -batch stage"),
        (
            'version := "1.0"',
            'addSbtPlugin("com.eed3si9n" % "sbt-assembly" % "2.3.0")',
            "java -jar target/scala-2.13/shop-assembly-1.0.jar",
            "sbt -batch assembly",
        ),
        (
            'assembly / assemblyJarName := "all.jar"',
            'addSbtPlugin("com.eed3si9n" % "sbt-assembly" % "2.3.0")',
            "java -jar target/scala-2.13/all.jar",
            "sbt -batch assembly",
        ),
    ],
)
def test_what_sbt_writes_is_what_is_started(settings: str, plugin: str, start: str, build: str, tmp_path: Path) -> None:
    plugins = {"project/plugins.sbt": 'addSbtPlugin("com.github.sbt" % "sbt-native-packager" % "1")\n' + plugin}
    component = component_of(tmp_path, {**sbt(settings), **plugins})

    assert (component.start_command, component.build_command) == (start, build)
    assert (component.language, component.package_manager) == ("scala", "sbt")


def test_without_a_plugin_the_jars_are_gathered(tmp_path: Path) -> None:
    component = component_of(tmp_path, sbt(""))

    assert component.start_command == "java -cp 'target/containerkit/*' Main"
    assert component.build_command is not None
    assert "fullClasspathAsJars" in component.build_command


def test_libraries_of_tests_and_comments_say_nothing(tmp_path: Path) -> None:
    settings = (
        'libraryDependencies += "org.postgresql" % "postgresql" % "42" % Test\n'
        '// libraryDependencies += "redis.clients" % "jedis" % "5"\n'
    )

    assert component_of(tmp_path, sbt(settings)).backing_services == ()


@pytest.mark.parametrize("row", frameworks("scala"), ids=lambda row: row.name)
def test_a_scala_framework_is_recognised_by_its_example(row: Framework, tmp_path: Path) -> None:
    group, _, artifact = row.example.partition(":")
    line = f'addSbtPlugin("{group}" % "{artifact}" % "1")' if "plugin" in artifact else ""
    settings = "" if line else f'libraryDependencies += "{group}" %% "{artifact}" % "1"'

    assert component_of(tmp_path, {**sbt(settings), "project/plugins.sbt": line}).framework == row.name


@pytest.mark.parametrize("row", frameworks("clojure"), ids=lambda row: row.name)
def test_a_clojure_framework_is_recognised_by_its_example(row: Framework, tmp_path: Path) -> None:
    name = row.example.replace(":", "/")
    files = {"deps.edn": f'{{:deps {{{name} {{:mvn/version "1"}}}}}}', **CLOJURE}

    assert component_of(tmp_path, files).framework == row.name


# an Android application is refused as a whole, by name
SERVED = [row for row in frameworks("java") if row.name != "android"]


@pytest.mark.parametrize("row", SERVED, ids=lambda row: row.name)
def test_a_java_framework_is_recognised_by_its_example(row: Framework, tmp_path: Path) -> None:
    kind, _, name = row.example.partition(":")
    line = f"plugins {{ id '{name}' }}" if kind == "plugin" else f"dependencies {{ implementation '{row.example}:1' }}"
    if row.example.endswith("-maven-plugin"):
        plugin = f"<build><plugins><plugin><artifactId>{name}</artifactId></plugin></plugins></build>"
        files = {"pom.xml": f"<project><artifactId>a</artifactId>{plugin}</project>"}
    else:
        files = {"build.gradle": line}

    assert component_of(tmp_path, files).framework == row.name


@pytest.mark.parametrize(
    ("project", "start"),
    [
        ('(defproject shop "1.0" :main shop.core)', "java -jar target/shop-1.0-standalone.jar"),
        ('(defproject a/shop "2" :main ^:skip-aot shop.core)', "java -jar target/shop-2-standalone.jar"),
        ('(defproject shop "1" :main shop.core :uberjar-name "all.jar")', "java -jar target/all.jar"),
        (
            '(defproject shop "1" :main shop.core :target-path "target/%s")',
            "java -jar target/uberjar/shop-1-standalone.jar",
        ),
        (
            '(defproject shop "1" :profiles {:uberjar {:aot :all :uberjar-name "u.jar"}} :main shop.core)',
            "java -jar target/u.jar",
        ),
    ],
)
def test_the_standalone_jar_of_leiningen_is_what_is_started(project: str, start: str, tmp_path: Path) -> None:
    component = component_of(tmp_path, {"project.clj": project, **CLOJURE})

    assert (component.start_command, component.kind) == (start, "job")


def test_a_deps_project_without_a_build_starts_its_namespace(tmp_path: Path) -> None:
    component = component_of(tmp_path, {"deps.edn": '{:aliases {:run {:main-opts ["-m" "shop.core"]}}}', **CLOJURE})

    assert component.start_command == "java -cp 'src:target/lib/*' clojure.main -m shop.core"


@pytest.mark.parametrize(
    "aliases",
    [
        '{:test {:main-opts ["-m" "kaocha.runner"]}}',
        '{:test {:main-opts ["-m" "kaocha.runner"]} :serve {:main-opts ["-m" "shop.core"]}}',
        '{:lint {:main-opts ["-m" "clj-kondo.main" "--lint" "src"]}}',
    ],
)
def test_a_tool_that_an_alias_starts_is_not_the_program(aliases: str, tmp_path: Path) -> None:
    aside = {"dev/user.clj": "(ns user)\n(defn -main [] nil)\n"}
    component = component_of(
        tmp_path, {"deps.edn": f'{{:paths ["src" "dev" "test"] :aliases {aliases}}}', **aside, **CLOJURE}
    )

    assert component.start_command == "java -cp 'src:target/lib/*' clojure.main -m shop.core"


@pytest.mark.parametrize(
    ("alias", "told"),
    [
        (":serve {:exec-fn shop.desk/open!}", '-e "(do (require \'shop.desk) (shop.desk/open! {}))"'),
        (
            ":serve {:exec-fn shop.desk/open! :exec-args {:port 9600}}",
            '-e "(do (require \'shop.desk) (shop.desk/open! {:port 9600}))"',
        ),
    ],
)
def test_a_function_that_an_alias_calls_is_the_program(alias: str, told: str, tmp_path: Path) -> None:
    source = {"src/shop/desk.clj": "(ns shop.desk)\n(defn open! [_] (println 1))\n"}
    component = component_of(tmp_path, {"deps.edn": f"{{:aliases {{{alias}}}}}", **source})

    assert component.start_command == f"java -cp 'src:target/lib/*' clojure.main {told}"


@pytest.mark.parametrize("alias", [":build {:exec-fn shop.desk/open!}", ":serve {:exec-fn other.tool/run}"])
def test_a_function_of_a_tool_is_no_program(alias: str, tmp_path: Path) -> None:
    files = {"deps.edn": f"{{:aliases {{{alias}}}}}", "src/shop/desk.clj": "(ns shop.desk)\n(defn open! [_])\n"}

    assert profile_of(tmp_path, files).verdict == "unsupported"


@pytest.mark.parametrize(
    ("line", "jar"),
    [
        ('(format "%s/%s-alone.jar" target-dir (name lib))', "target/shop-alone.jar"),
        ('(format "out/%s-%s.jar" (name lib) version)', "out/shop-2.1.jar"),
        ('(format "out/%s-%s.jar" (name lib) (stamp))', "out/shop-*.jar"),
        ('"out/shop.jar"', "out/shop.jar"),
    ],
)
def test_the_jar_of_a_build_script_is_what_is_started(line: str, jar: str, tmp_path: Path) -> None:
    build = f'(ns build)\n(def lib \'acme/shop)\n(def version "2.1")\n(def uber-file {line})\n'
    component = component_of(tmp_path, {"deps.edn": "{:aliases {:build {}}}", "build.clj": build, **CLOJURE})

    assert component.start_command == f"java -jar {jar}"


def test_a_clojure_library_is_refused(tmp_path: Path) -> None:
    assert profile_of(tmp_path, {"deps.edn": "{}", "src/a.clj": "(ns a)"}).verdict == "unsupported"


@pytest.mark.parametrize(
    ("text", "line", "why"),
    [("{:a [1}\n", 1, "not closed|closes"), ("\n)", 2, "closes nothing"), ("[" * 200, 1, "nested too deeply")],
)
def test_a_broken_edn_file_is_refused_with_its_line(text: str, line: int, why: str, tmp_path: Path) -> None:
    with pytest.raises(Invalid, match=f"deps.edn, line {line}: .*({why})"):
        profile_of(tmp_path, {"deps.edn": text})


def test_edn_is_read_as_nested_forms() -> None:
    (form,) = parse_edn('{:a "b;c" ; comment\n :d [e #_f #{g}]}', "x.edn")

    assert table_of(form) == {":a": '"b;c"', ":d": ("[", "e", "f", ("{", "g"))}


@pytest.mark.parametrize(
    ("scala", "sbt_version", "release"),
    [
        ("2.13.15", "1.10.7", None),
        ("2.13.4", "1.10.7", "11"),
        ("2.13.8", "1.10.7", "17"),
        ("2.11.12", "1.10.7", "8"),
        ("2.12.20", "0.13.18", "8"),
        ("2.13.8", "1.4.9", "11"),
        ("3.3.7", "1.10.7", None),
    ],
)
def test_an_older_scala_asks_for_the_java_of_its_time(
    scala: str, sbt_version: str, release: str | None, tmp_path: Path
) -> None:
    files = {**sbt(""), "project/build.properties": f"sbt.version={sbt_version}\n"}
    files["build.sbt"] = files["build.sbt"].replace("2.13.15", scala)

    assert component_of(tmp_path, files).language_version == release


def test_what_the_project_asks_for_is_stronger_than_the_age_of_its_scala(tmp_path: Path) -> None:
    files = {**sbt(""), ".java-version": "17\n"}
    files["build.sbt"] = files["build.sbt"].replace("2.13.15", "2.11.12")

    assert component_of(tmp_path, files).language_version == "17"


def lein(settings: str, **more: str) -> dict[str, str]:
    return {"project.clj": f'(defproject shop "0.3.0" {settings})\n', "src/shop/web.clj": "(ns shop.web)\n", **more}


@pytest.mark.parametrize(("options", "port"), [("", 3000), (" :port 8088", 8088)])
def test_lein_ring_starts_a_handler(options: str, port: int, tmp_path: Path) -> None:
    settings = (
        f':dependencies [[compojure "1.7"]] :plugins [[lein-ring "0.12"]] :ring {{:handler shop.web/app{options}}}'
    )
    component = component_of(tmp_path, lein(settings))

    assert (component.kind, component.framework, component.port) == ("web", "ring", port)
    assert component.start_command == "java -jar target/shop-0.3.0-standalone.jar"
    assert component.build_command == "lein ring uberjar"


@pytest.mark.parametrize(
    ("configuration", "port"), [("{:prod true :port 3010}", 3010), ("{:db {:port 5432}}", 3000), ("{:port", 3000)]
)
def test_luminus_listens_where_the_configuration_in_its_jar_says(configuration: str, port: int, tmp_path: Path) -> None:
    settings = (
        ':dependencies [[luminus-undertow "0.1"]] :main shop.core'
        ' :profiles {:uberjar {:aot :all :resource-paths ["env/prod/resources"]}}'
    )
    files = {**lein(settings), **CLOJURE, "env/prod/resources/config.edn": configuration}

    assert component_of(tmp_path, files).port == port


@pytest.mark.parametrize("file", ["Dockerfile", "Procfile"])
def test_what_starts_the_server_is_not_of_the_scripts_beside_it(file: str, tmp_path: Path) -> None:
    declared = {
        "Dockerfile": "FROM eclipse-temurin:17-jre\nCOPY . /srv\nEXPOSE 3001\nCMD java -jar /srv/shop.jar\n",
        "Procfile": "web: java -jar target/shop-0.3.0-standalone.jar\n",
    }
    files = {
        **lein(':dependencies [[ring/ring-jetty-adapter "1.13"]] :main shop.core'),
        "src/shop/core.clj": "(ns shop.core)\n(defn -main [] (run-jetty app {:port 3001}))\n",
        "package.json": '{"dependencies": {"react": "18"}, "devDependencies": {"shadow-cljs": "2"}}',
        file: declared[file],
    }
    component = component_of(tmp_path, files)

    assert (component.language, component.port) == ("clojure", 3001)
    assert component.language_version == ("17" if file == "Dockerfile" else None)
