"""Programs on the JVM that listen for others, for themselves or not at all, and where they say that they do."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.detection_kit import component_of, profile_of

APPLICATION = "plugins { id 'application' }\napplication { mainClass = 'a.Main' }\n"
DESKTOP = "that needs a screen or a keyboard"


def application(main: str, **more: str) -> dict[str, str]:
    files = {"build.gradle": APPLICATION, "src/main/java/a/Main.java": f"package a;\n{main}\n"}
    return {**files, **{f"src/main/java/a/{name}.java": f"package a;\n{text}\n" for name, text in more.items()}}


def class_of(body: str, imports: str = "") -> str:
    return f"{imports}\npublic class Main {{ public static void main(String[] args) {{ {body} }} }}"


@pytest.mark.parametrize(
    "imported",
    [
        "javafx.application.Application",
        "javax.swing.JFrame",
        "javax.swing.*",
        "java.awt.Frame",
        "org.eclipse.swt.widgets.Display",
    ],
)
def test_a_program_that_opens_windows_is_refused(imported: str, tmp_path: Path) -> None:
    profile = profile_of(tmp_path, application(class_of("while (true) { }", f"import {imported};")))

    assert profile.verdict == "unsupported"
    assert DESKTOP in profile.message


def test_windows_of_another_class_make_a_desktop_program_as_well(tmp_path: Path) -> None:
    files = application(class_of("new Shelf();"), Shelf="import javax.swing.JFrame;\nclass Shelf extends JFrame { }")

    assert DESKTOP in profile_of(tmp_path, files).message


def test_sources_that_nothing_builds_are_told_by_their_windows(tmp_path: Path) -> None:
    files = {
        "src/shop/Start.java": "package shop;\nimport javax.swing.JFrame;\npublic class Start extends JFrame { }\n"
    }
    profile = profile_of(tmp_path, files)

    assert DESKTOP in profile.message
    assert profile.components[0].package_manager is None


def test_images_drawn_by_a_job_are_no_windows(tmp_path: Path) -> None:
    files = application(class_of("draw();", "import java.awt.image.BufferedImage;"))

    assert component_of(tmp_path, files).kind == "job"


def test_a_bot_with_a_port_for_its_own_machine_is_a_worker(tmp_path: Path) -> None:
    files = application(
        class_of("JDABuilder.createLight(token).build();"),
        Admin=(
            "class Admin { void open(int port) {"
            ' HttpServer.create(new InetSocketAddress("127.0.0.1", port), 0).createContext("/health"); } }'
        ),
        Panel="import javax.swing.JFrame;\nclass Panel extends JFrame { }",
    )
    component = component_of(tmp_path, files)

    assert (component.kind, component.port, component.health_path) == ("worker", None, None)


def test_a_bot_that_listens_for_others_is_web(tmp_path: Path) -> None:
    files = application(
        class_of("JDABuilder.createLight(token).build(); HttpServer.create(new InetSocketAddress(8085), 0);")
    )

    assert (component_of(tmp_path, files).kind, component_of(tmp_path, files).port) == ("web", 8085)


@pytest.mark.parametrize(
    ("code", "port"),
    [
        ("ServerConnector c = new ServerConnector(server); c.setPort(9100);", 9100),
        ("ServerConnector connector = new ServerConnector(server); connector.setPort(port); int port = 9101;", 9101),
    ],
)
def test_a_connector_of_jetty_listens(code: str, port: int, tmp_path: Path) -> None:
    component = component_of(tmp_path, application(class_of(code)))

    assert (component.kind, component.port) == ("web", port)


LISTENS_AS_ASKED = 'Settings s = new Settings("server"); int port = s.number("listen.port"); new ServerSocket(port);'


@pytest.mark.parametrize(
    ("resources", "port"),
    [
        ({"server.properties": "listen.port=9310\n"}, 9310),
        ({"server.yml": "listen:\n  port: 9311\n"}, 9311),
        ({"server.properties": "other.port=9312\n"}, None),
        ({"server.properties": "listen.port=9313\n", "desk.properties": "listen.port=9314\n"}, None),
    ],
)
def test_a_port_that_the_code_asks_a_resource_for_is_read_there(
    resources: dict[str, str], port: int | None, tmp_path: Path
) -> None:
    files = {f"src/main/resources/{name}": text for name, text in resources.items()}
    component = component_of(tmp_path, {**application(class_of(LISTENS_AS_ASKED)), **files})

    assert component.kind == "web"
    assert component.port == port


def test_the_routes_of_akka_may_be_made_by_a_call(tmp_path: Path) -> None:
    component = component_of(
        tmp_path,
        {
            "build.sbt": 'libraryDependencies += "com.typesafe.akka" %% "akka-http" % "10.5"\n',
            "src/main/scala/Main.scala": (
                "object Main extends App {\n"
                "  Http().bindAndHandle(routes(system, config), interface = host, port = 8090)\n}\n"
            ),
        },
    )

    assert (component.framework, component.port) == ("akka-http", 8090)


@pytest.mark.parametrize(
    ("file", "line", "port"),
    [
        (".env.sample", "APP_PORT=5050", 5050),
        (".env.example", "export APP_PORT='5051'", 5051),
        (".env.sample", "MONGO_PORT=27017", None),
    ],
)
def test_a_file_of_variables_suggests_the_port_that_the_code_names(
    file: str, line: str, port: int | None, tmp_path: Path
) -> None:
    dependency = "dependencies { implementation 'io.vertx:vertx-web:4.5' }\n"
    files = application(
        class_of("vertx.createHttpServer().listen(settings.port());"),
        Settings='class Settings { int port() { return json.getInteger("APP_PORT"); } }',
    )
    files |= {"build.gradle": APPLICATION + dependency, file: f"{line}\n"}

    assert component_of(tmp_path, files).port == port


@pytest.mark.parametrize(
    ("expression", "required"),
    [
        ('dotenv.get("SHOP_KEY") ?: throw IllegalStateException()', True),
        ('dotenv["SHOP_KEY"] ?: error("no key")', True),
        ('System.getenv("SHOP_KEY") ?: throw IllegalStateException()', True),
        ('System.getenv("SHOP_KEY") ?: "x"', False),
        ('dotenv["SHOP_KEY"]', False),
    ],
)
def test_a_variable_without_which_the_code_stops_is_required(
    expression: str, tmp_path: Path, *, required: bool
) -> None:
    files = {
        "build.gradle.kts": 'plugins { application }\napplication { mainClass.set("a.MainKt") }\n',
        "src/main/kotlin/Main.kt": f"package a\nfun main() {{\n  val key = {expression}\n}}\n",
    }

    assert [(each.name, each.required) for each in component_of(tmp_path, files).env] == [("SHOP_KEY", required)]


def test_what_is_compiled_for_the_newest_release_decides(tmp_path: Path) -> None:
    script = (
        f"{APPLICATION}java {{ sourceCompatibility = JavaVersion.VERSION_1_8 }}\n"
        "compileKotlin { kotlinOptions.jvmTarget = '11' }\ncompileTestKotlin { kotlinOptions.jvmTarget = '17' }\n"
    )

    assert component_of(tmp_path, {**application(class_of("")), "build.gradle": script}).language_version == "11"


@pytest.mark.parametrize(
    ("image", "release"),
    [
        ("gradle:8-jdk17", "17"),
        ("gradle:jdk21-alpine", "21"),
        ("maven:3.9-eclipse-temurin-11", "11"),
        ("maven:3", None),
        ("eclipse-temurin:17-jdk-alpine-3.21", "17"),
        ("openjdk:8-jdk-alpine", "8"),
    ],
)
def test_the_release_of_java_is_not_that_of_the_tool_in_an_image(
    image: str, release: str | None, tmp_path: Path
) -> None:
    files = {**application(class_of("")), "Dockerfile": f"FROM {image}\nCMD java -jar /srv/shop.jar\n"}

    assert component_of(tmp_path, files).language_version == release
