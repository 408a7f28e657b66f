"""Services that a program talks to: which declared client counts, and which of several databases is meant."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.detection_kit import component_of, package

APP = {"app.py": "from flask import Flask\napp = Flask(__name__)\n"}
FROZEN = "amqp==5.3\nbilliard==4.2\ncelery==5.5\nflask==3.1\nkombu==5.5\nvine==5.1\n"

BROKERS = {
    "celery's own client beside another broker's": (f"{FROZEN}redis==6.1\n", ("redis",)),
    "celery's own client alone": (FROZEN, ("rabbitmq",)),
    "a client of the program's own": (f"{FROZEN}redis==6.1\npika==1.3\n", ("rabbitmq", "redis")),
}


@pytest.mark.parametrize("case", BROKERS)
def test_a_client_that_came_along_counts_where_no_other_could_be_meant(case: str, tmp_path: Path) -> None:
    requirements, services = BROKERS[case]

    assert component_of(tmp_path, {**APP, "requirements.txt": requirements}).backing_services == services


def test_an_address_of_the_broker_is_believed_whatever_is_declared(tmp_path: Path) -> None:
    files = {**APP, "requirements.txt": f"{FROZEN}redis==6.1\n", "queue_url.py": "BROKER = 'amqp://guest@queue//'\n"}

    assert component_of(tmp_path, files).backing_services == ("rabbitmq", "redis")


POM = (
    "<project><modelVersion>4.0.0</modelVersion><parent><groupId>org.springframework.boot</groupId>"
    "<artifactId>spring-boot-starter-parent</artifactId><version>3.5.0</version></parent><groupId>shop</groupId>"
    "<artifactId>shop</artifactId><version>1</version><dependencies><dependency>"
    "<groupId>org.springframework.boot</groupId><artifactId>spring-boot-starter-web</artifactId></dependency>{drivers}"
    "</dependencies></project>"
)
DRIVERS = "".join(
    f"<dependency><groupId>{group}</groupId><artifactId>{name}</artifactId><scope>runtime</scope></dependency>"
    for group, name in (("com.microsoft.sqlserver", "mssql-jdbc"), ("com.mysql", "mysql-connector-j"))
)
SPRING = {
    "pom.xml": POM.format(drivers=DRIVERS),
    "src/main/java/shop/Shop.java": (
        "package shop;\n@org.springframework.boot.autoconfigure.SpringBootApplication\npublic class Shop {\n"
        "public static void main(String[] a) { org.springframework.boot.SpringApplication.run(Shop.class, a); }\n}\n"
    ),
}
SEQUELIZE = {
    "package.json": package("node index.js", "express sequelize pg mysql2 redis"),
    "index.js": 'require("express")().listen(3000);\n',
}
CHOSEN = {
    "an address in a configuration": (
        {**SPRING, "src/main/resources/application.properties": "spring.datasource.url=jdbc:mysql://db/shop\n"},
        ("mysql",),
    ),
    "drivers alone": (SPRING, ("mysql", "sqlserver")),
    "the image of a compose file": (
        {**SEQUELIZE, "compose.yaml": "services:\n  api: {build: ., depends_on: [db]}\n  db: {image: 'mysql:9'}\n"},
        ("mysql", "redis"),
    ),
    "two that are both named": (
        {
            **SEQUELIZE,
            "compose.yaml": "services:\n  api: {build: ., depends_on: [a, b]}\n"
            "  a: {image: mysql}\n  b: {image: postgres}\n",
        },
        ("mysql", "postgres", "redis"),
    ),
}


@pytest.mark.parametrize("case", CHOSEN)
def test_of_several_databases_with_a_driver_the_chosen_one_is_meant(case: str, tmp_path: Path) -> None:
    files, services = CHOSEN[case]

    assert component_of(tmp_path, files).backing_services == services
