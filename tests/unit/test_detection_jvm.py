"""Applications on the JVM: kind, port, health path and services from configuration and sources."""

from __future__ import annotations

from pathlib import Path

import pytest

from tasks.detection.files import list_files
from tasks.detection.java.configuration import read_configuration
from tasks.detection.java.hocon import hocon_entries
from tasks.detection.java.source import Listener, read_source
from tasks.knowledge import load
from tests.unit.detection_kit import component_of, profile_of

BOOT = "org.springframework.boot"
STARTER = f"{BOOT}:spring-boot-starter"
MAIN = {
    "src/main/java/a/App.java": (
        "package a; @SpringBootApplication public class App { public static void main(String[] args) { } }"
    )
}


def boot(*dependencies: str) -> dict[str, str]:
    lines = "".join(f"    implementation '{each}'\n" for each in (STARTER, *dependencies))
    return {
        "build.gradle": f"plugins {{ id '{BOOT}' version '3.4.0' }}\ndependencies {{\n{lines}}}\n",
        "settings.gradle": "rootProject.name = 'shop'\n",
        **MAIN,
    }


WEB = boot(f"{STARTER}-web", f"{STARTER}-actuator")


@pytest.mark.parametrize("row", [Listener.model_validate(each) for each in load("jvm_listeners")["listener"]], ids=str)  # type: ignore[attr-defined]
def test_a_call_that_listens_is_recognised_by_its_example(row: Listener) -> None:
    source = read_source(
        "X.clj" if row.example.startswith("(") else "X.java", f"zio vertx spark ServerBootstrap\n{row.example}\n"
    )

    assert [each.port for each in source.listens if each.port], row.example


@pytest.mark.parametrize(
    ("code", "port"),
    [
        ('new ServerSocket(Integer.parseInt(System.getenv().getOrDefault("PORT", "8081")));', 8081),
        ("int port = 9000; new ServerSocket(port);", 9000),
        ("static final int PORT = 9001; new ServerSocket(PORT);", 9001),
        (
            'String p = System.getenv("PORT"); int n = p != null ? Integer.parseInt(p) : 7001; new ServerSocket(n);',
            7001,
        ),
        ("new ServerSocket(given());\nstatic int given() { if (set) { return asked; } return 7002; }", 7002),
        ('ServerSocket(given())\nfun given(): Int = System.getenv("PORT")?.toInt() ?: 7003', 7003),
        ("new ServerSocket(given());\nstatic int given() { return asked; } int other() { return 7004; }", None),
        ("// new ServerSocket(1234);", None),
        ("new ServerSocket(0);", None),
        ("new ServerSocket(99999);", None),
    ],
)
def test_the_port_of_a_call_is_followed_to_its_number(code: str, port: int | None) -> None:
    found = read_source("X.java", code).listens

    assert next((each.port for each in found), None) == port


@pytest.mark.parametrize(
    ("name", "text", "port"),
    [
        ("application.properties", "server.port=8085\n", 8085),
        ("application.properties", "server.port=${PORT:8086}\n", 8086),
        ("application.properties", "server.port=0\n", 8080),
        ("application.properties", "#server.port=9999\n", 8080),
        ("application.yml", "server:\n  port: ${SERVER_PORT:${PORT:8087}}\n", 8087),
        ("application.yml", "server.port: 8088\n", 8088),
        ("application.yml", "server:\n  port: 8089\n---\nspring:\n  profiles: dev\nserver:\n  port: 1111\n", 8089),
        ("application.yml", "app:\n  version: @project.version@\nserver:\n  port: 8090\n", 8090),
        ("application-prod.yml", "server:\n  port: 8091\n", 8091),
        ("bootstrap.yml", "server:\n  port: 8092\n", 8092),
        ("application.yml", "server:\n\tport: 8092\n", 8080),
    ],
)
def test_the_port_is_read_from_the_configuration(name: str, text: str, port: int, tmp_path: Path) -> None:
    assert component_of(tmp_path, {**WEB, f"src/main/resources/{name}": text}).port == port


def test_a_configuration_that_cannot_be_read_is_warned_about(tmp_path: Path) -> None:
    profile = profile_of(tmp_path, {**WEB, "src/main/resources/application.yml": "a: [\n"})

    assert any("application.yml, line" in each and "left aside" in each for each in profile.warnings)


@pytest.mark.parametrize(
    ("dependencies", "source", "kind"),
    [
        ((), "", "job"),
        (("org.springframework.kafka:spring-kafka",), "class K { @KafkaListener void on() { } }", "worker"),
        ((), "class T { @Scheduled(fixedRate = 1000) void tick() { } }", "worker"),
        ((f"{STARTER}-web",), "", "web"),
        ((f"{STARTER}-actuator",), "", "job"),
        (("com.acme:house-starter",), "@RestController class C { }", "web"),
        (("org.springframework.cloud:spring-cloud-config-server",), "", "web"),
    ],
)
def test_only_what_listens_is_web(dependencies: tuple[str, ...], source: str, kind: str, tmp_path: Path) -> None:
    component = component_of(tmp_path, {**boot(*dependencies), "src/main/java/a/X.java": f"package a; {source}"})

    assert component.kind == kind
    assert (component.port is None) == (kind != "web")


def test_an_application_that_is_told_to_serve_nothing_has_no_port(tmp_path: Path) -> None:
    files = {**WEB, "src/main/resources/application.properties": "spring.main.web-application-type=none\n"}

    assert component_of(tmp_path, files).port is None


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("", "/actuator/health"),
        ("server.servlet.context-path=/shop\n", "/shop/actuator/health"),
        ("management.endpoints.web.base-path=/manage\n", "/manage/health"),
        ("management.endpoints.web.base-path=/\n", "/health"),
        ("management.server.port=9090\n", None),
        ("management.server.port=8080\n", "/actuator/health"),
    ],
)
def test_the_health_path_is_that_of_the_actuator(text: str, path: str | None, tmp_path: Path) -> None:
    assert component_of(tmp_path, {**WEB, "src/main/resources/application.properties": text}).health_path == path


def test_an_endpoint_that_asks_for_a_password_is_no_health_path(tmp_path: Path) -> None:
    rules = "package a; class Security { SecurityFilterChain chain() { return all.authenticated(); } }"

    assert component_of(tmp_path, {**WEB, "src/main/java/a/Security.java": rules}).health_path is None


def test_services_and_variables_are_read_from_the_configuration(tmp_path: Path) -> None:
    text = (
        "spring.datasource.url=jdbc:postgresql://${DB_HOST:localhost}/shop\nspring.datasource.password=${DB_PASSWORD}\n"
        "spring.rabbitmq.host=queue\nspring.mail.host=${SMTP:mail}\n"
    )
    component = component_of(tmp_path, {**WEB, "src/main/resources/application.properties": text})

    assert component.backing_services == ("postgres", "rabbitmq", "smtp")
    assert [(each.name, each.default, each.required) for each in component.env] == [
        ("DB_HOST", "localhost", False),
        ("DB_PASSWORD", None, True),
        ("SMTP", "mail", False),
    ]


def test_a_quarkus_profile_for_production_is_what_holds(tmp_path: Path) -> None:
    text = "quarkus.http.port=8081\n%prod.quarkus.http.port=8082\n%dev.quarkus.http.port=8083\n"
    files = {
        "build.gradle": "plugins { id 'io.quarkus' }\ndependencies { implementation 'io.quarkus:quarkus-rest' }\n",
        "src/main/java/a/X.java": "package a; class X { }",
        "src/main/resources/application.properties": text,
    }

    assert component_of(tmp_path, files).port == 8082


def test_lines_of_configuration_are_those_of_the_file(tmp_path: Path) -> None:
    resources = tmp_path / "src/main/resources"
    resources.mkdir(parents=True)
    (resources / "application.yml").write_text("a: 1\nserver:\n  port: 2\n---\nserver:\n  other: 3\n", encoding="utf-8")
    found = read_configuration(list_files(tmp_path), ".")

    assert [(each.key, each.line) for each in found.entries] == [("a", 1), ("server.port", 3), ("server.other", 6)]


def test_hocon_is_read_as_keys_and_values() -> None:
    text = 'ktor {\n  deployment { port = 8080, port = ${?PORT} }\n  a.b: "c" # d\n}\nmodules = [ x.Y, z ]\n'

    assert list(hocon_entries(text)) == [
        ("ktor.deployment.port", "8080", 2),
        ("ktor.deployment.port", "${?PORT}", 2),
        ("ktor.a.b", "c", 3),
        ("modules", "x.Y z", 5),
    ]


def test_what_listens_on_this_machine_only_is_warned_about(tmp_path: Path) -> None:
    files = {
        "build.gradle": "plugins { id 'application' }\napplication { mainClass = 'a.AppKt' }\n",
        "src/main/kotlin/App.kt": (
            'package a\nfun main() { HttpServer.create(InetSocketAddress("localhost", 9000), 0) }\n'
        ),
    }
    profile = profile_of(tmp_path, files)

    assert profile.components[0].port == 9000
    assert any("it listens on localhost" in each for each in profile.warnings)


PROFILES = {
    "dev": "server:\n  port: 9401\nspring:\n  datasource:\n    url: jdbc:mysql://localhost/shop\n",
    "prod": "server:\n  port: 9402\n",
}


@pytest.mark.parametrize(
    ("base", "port"),
    [
        ("spring:\n  profiles:\n    active: dev\n", 9401),
        ("server:\n  port: 9400\nspring:\n  profiles:\n    active: dev\n", 9401),
        ("spring.profiles.active: prod,dev\n", 9401),
        ("spring:\n  profiles:\n    active: [dev, prod]\n", 9402),
        ("spring.profiles.active: ${SPRING_PROFILES_ACTIVE:dev}\n", 9401),
        ("spring.profiles.include: dev\n", 9401),
        ("server:\n  port: 9400\n", 9400),
    ],
)
def test_a_profile_that_is_active_by_itself_holds_above_the_base(base: str, port: int, tmp_path: Path) -> None:
    files = {f"src/main/resources/application-{name}.yml": text for name, text in PROFILES.items()}
    files |= {"src/main/resources/application.yml": base, **WEB}
    component = component_of(tmp_path, files)

    assert component.port == port
    assert ("mysql" in component.backing_services) == (base != "server:\n  port: 9400\n")


@pytest.mark.parametrize("active", ["@stage@", "'@stage@'"])
def test_a_profile_that_the_build_fills_in_is_that_of_the_pom(active: str, tmp_path: Path) -> None:
    web = f"<dependency><groupId>{BOOT}</groupId><artifactId>spring-boot-starter-web</artifactId></dependency>"
    plugin = "<plugin><artifactId>spring-boot-maven-plugin</artifactId></plugin>"
    profile = (
        "<profile><id>x</id><activation><activeByDefault>true</activeByDefault></activation>"
        "<properties><stage>prod</stage></properties></profile>"
    )
    files = {
        "pom.xml": (
            f"<project><artifactId>shop</artifactId><version>1</version><dependencies>{web}</dependencies>"
            f"<build><plugins>{plugin}</plugins></build><profiles>{profile}</profiles></project>"
        ),
        "src/main/resources/application.yml": f"spring:\n  profiles:\n    active: {active}\n",
        "src/main/resources/application-prod.yml": PROFILES["prod"],
        **MAIN,
    }

    assert component_of(tmp_path, files).port == 9402
