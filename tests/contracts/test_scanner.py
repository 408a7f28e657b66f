"""The Scanner suite in memory and on the real Trivy with images of a real engine."""

from __future__ import annotations

import datetime as dt
import json
import os
import random
import string
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from adapters.trivy import Trivy, TrivySettings
from tasks.errors import Unavailable
from tasks.models import Finding, Image
from tasks.redaction import Redactor
from tests.contracts.real import absent
from tests.contracts.saved_image import Engine
from tests.contracts.scanner_contract import GOOD, Planted, ScannerContract, state
from tests.contracts.vulnerability_database import Bucket, write_database
from tests.world.scanner import MemoryScanner

GONE = Image(id=f"sha256:{'0' * 64}", os="linux", architecture="amd64", size_bytes=1)
ADVISORIES: dict[str, Bucket | str] = {
    "data-source": {
        "debian 12": json.dumps({"ID": "debian", "Name": "Debian", "URL": "https://advisories.invalid"}),
        "npm::Test": json.dumps({"ID": "ghsa", "Name": "Test", "URL": "https://advisories.invalid"}),
    },
    "debian 12": {
        "openssl": {
            "CVE-2099-0001": json.dumps({"FixedVersion": "3.0.99-1"}),
            "CVE-2099-0002": json.dumps({}),
        }
    },
    "npm::Test": {
        "lodash": {"CVE-2099-0003": json.dumps({"PatchedVersions": ["4.17.21"], "VulnerableVersions": ["<4.17.21"]})}
    },
    "vulnerability": {
        "CVE-2099-0001": json.dumps({"Title": "Overflow", "Severity": "CRITICAL"}),
        "CVE-2099-0002": json.dumps({"Title": "Not mended", "Severity": "CRITICAL"}),
        "CVE-2099-0003": json.dumps({"Title": "Pollution", "Severity": "HIGH"}),
    },
}
SYSTEM = {
    "etc/os-release": b'ID=debian\nVERSION_ID="12"\n',
    "etc/debian_version": b"12.5\n",
    "var/lib/dpkg/status": b"Package: openssl\nStatus: install ok installed\nArchitecture: amd64\n"
    b"Version: 3.0.11-1\nMaintainer: a\nDescription: b\n\n",
    "app/node_modules/lodash/package.json": b'{"name": "lodash", "version": "4.17.0"}',
    "app/run": b"#!/bin/sh\n",
}


def image(image_id: str) -> Image:
    return Image(id=image_id, os="linux", architecture="amd64", size_bytes=10_000)


class TestInMemory(ScannerContract):
    @pytest.fixture
    def planted(self) -> Planted:
        clean, leaky = image(f"sha256:{'1' * 64}"), image(f"sha256:{'2' * 64}")
        places = ("/app/id_rsa:2", "image configuration:9")
        secrets = tuple(
            Finding(category="secrets", id="private-key", severity="HIGH", title="Private key", place=place)
            for place in places
        )
        return Planted(
            scanner=MemoryScanner(planted={leaky.id: secrets}, absent=frozenset({GONE.id})),
            clean=clean,
            leaky=leaky,
            secrets=("the-text-of-the-secret",),
            gone=GONE,
        )


@dataclass(frozen=True)
class PlantedImages:
    """Images on a real engine; the secrets exist in this run only."""

    clean: Image
    leaky: Image
    java: Image
    secrets: tuple[str, ...]


@contextmanager
def plant(engine: Engine) -> Iterator[PlantedImages]:
    """A clean image, one with secrets and one with a Java archive; they are removed in the end."""
    chance = random.SystemRandom()
    lines = ["".join(chance.choices(string.ascii_letters + string.digits, k=64)) for _ in range(10)]
    # in two parts, so that no scanner takes this line for a key
    key = "\n".join(["-----BEGIN RSA PRIVATE" + " KEY-----", *lines, "-----END RSA PRIVATE" + " KEY-----", ""])
    token = "ghp" + "_" + "".join(chance.choices(string.ascii_letters + string.digits, k=36))
    aws = "AKIA" + "".join(chance.choices(string.ascii_uppercase + "234567", k=16))
    own = SYSTEM | {"app/unique": "".join(chance.choices(string.ascii_letters, k=20)).encode()}
    leaks = {"app/id_rsa": key.encode(), "app/settings.py": f'KEY_ID = "{aws}"\n'.encode()}
    ids = (
        engine.load(own, environment=("PATH=/bin",)),
        engine.load(own | leaks, environment=("PATH=/bin", f"GITHUB_TOKEN={token}")),
        engine.load(own | {"app/app.jar": b"PK\x05\x06" + bytes(18)}, environment=("PATH=/bin",)),
    )
    yield PlantedImages(image(ids[0]), image(ids[1]), image(ids[2]), (token, aws, *lines))
    for image_id in ids:
        engine.remove(image_id)


class OnEngine(ScannerContract):
    """The real Trivy and images of a real engine."""

    system: str
    socket: str

    @pytest.fixture(scope="class")
    @classmethod
    def engine(cls) -> Engine:
        engine = Engine(cls.socket)
        if not engine.answers():
            absent(cls.system, f"nothing answers at {cls.socket}")
        return engine

    @pytest.fixture(scope="class")
    @classmethod
    def planted_images(cls, engine: Engine) -> Iterator[PlantedImages]:
        with plant(engine) as planted:
            yield planted

    @pytest.fixture
    def settings(self, engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> TrivySettings:
        folder = tmp_path_factory.mktemp("trivy")
        return TrivySettings(endpoint=f"unix://{engine.socket}", cache_folder=folder, database="present")

    @pytest.fixture
    def planted(self, settings: TrivySettings, planted_images: PlantedImages) -> Planted:
        return Planted(
            scanner=Trivy(settings=settings, redact=Redactor().redact),
            clean=planted_images.clean,
            leaky=planted_images.leaky,
            secrets=planted_images.secrets,
            gone=GONE,
        )


@pytest.mark.podman
class TestOnPodman(OnEngine):
    system = "podman"
    socket = os.environ.get("CONTAINER_HOST", "unix:///run/podman/podman.sock").removeprefix("unix://")


@pytest.mark.docker
class TestOnDocker(OnEngine):
    system = "docker"
    socket = os.environ.get("DOCKER_HOST", "unix:///var/run/docker.sock").removeprefix("unix://")

    def test_with_a_database_it_finds_what_is_in_it_and_says_what_mends_it(
        self, planted: Planted, settings: TrivySettings, tmp_path: Path
    ) -> None:
        updated = dt.datetime.now(dt.UTC) - dt.timedelta(days=2)
        write_database(settings.cache_folder, ADVISORIES, updated=updated)
        report = self.scan(planted, planted.clean, tmp_path)
        assert state(report, "vulnerabilities").state == "findings"
        assert report.scanner.database_date == updated.isoformat(timespec="seconds")
        assert [(f.id, f.severity, f.fixed_version) for f in report.findings] == [
            ("CVE-2099-0001", "CRITICAL", "3.0.99-1"),
            ("CVE-2099-0002", "CRITICAL", None),
            ("CVE-2099-0003", "HIGH", "4.17.21"),
        ]
        assert report.findings[0].place == "openssl (debian 12.5)"
        assert report.findings[2].place == "lodash (app/node_modules/lodash/package.json)"

    def test_a_new_database_means_a_new_scan(self, planted: Planted, settings: TrivySettings, tmp_path: Path) -> None:
        self.scan(planted, planted.clean, tmp_path)
        write_database(settings.cache_folder, ADVISORIES, updated=dt.datetime.now(dt.UTC))
        assert not self.scan(planted, planted.clean, tmp_path).reused

    @pytest.mark.parametrize("case", [(1, "clean", "database of "), (100, "unknown", "100 days old")])
    def test_nothing_found_is_clean_only_with_a_young_database(
        self, planted: Planted, settings: TrivySettings, tmp_path: Path, case: tuple[int, str, str]
    ) -> None:
        age_days, expected, reason = case
        unrelated: dict[str, Bucket | str] = {"debian 12": {"curl": {"CVE-2099-0001": "{}"}}, "npm::Test": {}}
        updated = dt.datetime.now(dt.UTC) - dt.timedelta(days=age_days)
        write_database(settings.cache_folder, ADVISORIES | unrelated, updated=updated)
        result = state(self.scan(planted, planted.clean, tmp_path), "vulnerabilities")
        assert result.state == expected
        assert reason in result.reason

    def test_a_damaged_database_is_unknown_and_not_remembered(
        self, planted: Planted, settings: TrivySettings, tmp_path: Path
    ) -> None:
        write_database(settings.cache_folder, ADVISORIES, updated=dt.datetime.now(dt.UTC))
        (settings.cache_folder / "db" / "trivy.db").write_bytes(b"damaged")
        result = state(self.scan(planted, planted.clean, tmp_path), "vulnerabilities")
        assert result.state == "unknown"
        assert "damaged" in result.reason
        assert not self.scan(planted, planted.clean, tmp_path).reused

    def test_java_archives_without_their_index_are_unknown_and_the_rest_is_scanned(
        self,
        planted: Planted,
        settings: TrivySettings,
        planted_images: PlantedImages,
        tmp_path: Path,
    ) -> None:
        write_database(settings.cache_folder, ADVISORIES, updated=dt.datetime.now(dt.UTC))
        report = self.scan(planted, planted_images.java, tmp_path)
        assert "no data for java" in state(report, "vulnerabilities").reason
        assert {finding.id for finding in report.findings} >= {"CVE-2099-0001", "CVE-2099-0003"}

    def test_a_dockerfile_that_is_none_is_unknown_and_not_clean(self, planted: Planted, tmp_path: Path) -> None:
        report = self.scan(planted, planted.clean, tmp_path, dockerfile="FRM x\n")
        assert state(report, "misconfiguration").state == "unknown"

    def test_a_dockerfile_that_names_a_secret_does_not_bring_it_into_the_report(
        self, planted: Planted, tmp_path: Path
    ) -> None:
        value = "hidden" + "-from-the-report"
        self.scan(planted, planted.clean, tmp_path, dockerfile=f"{GOOD}ENV API_TOKEN={value}\n")
        assert not [file for file in tmp_path.rglob("*") if value in file.read_text()]

    def test_variables_of_the_environment_cannot_switch_it_off(
        self, planted: Planted, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("TRIVY_SKIP_FILES", "**/id_rsa")
        monkeypatch.setenv("TRIVY_SEVERITY", "LOW")
        assert any("id_rsa" in f.place for f in self.scan(planted, planted.leaky, tmp_path).findings)

    def test_when_the_time_is_over_nothing_is_left(
        self, planted: Planted, settings: TrivySettings, tmp_path: Path
    ) -> None:
        started = time.monotonic()
        with pytest.raises(Unavailable):
            self.scan(planted, planted.clean, tmp_path, timeout_s=0.2)
        assert time.monotonic() - started < 8
        assert [path for path in settings.cache_folder.iterdir() if path.name.startswith("scan-")] == []

    def test_a_database_that_cannot_be_fetched_is_tried_once_and_said(
        self, settings: TrivySettings, planted: Planted, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")  # nobody listens: the same with and without a network
        fetching = Trivy(settings=settings.changed(database="fetch", fetch_timeout_s=20), redact=Redactor().redact)
        first = self.scan(Planted(fetching, planted.clean, planted.leaky, (), GONE), planted.clean, tmp_path)
        assert "could not be downloaded" in state(first, "vulnerabilities").reason
        attempts = (settings.cache_folder / "db-attempt.json").read_text()
        again = self.scan(Planted(fetching, planted.clean, planted.leaky, (), GONE), planted.clean, tmp_path)
        assert again.reused
        assert (settings.cache_folder / "db-attempt.json").read_text() == attempts

    def test_two_scans_at_once_do_not_wait_for_each_other(self, planted: Planted, tmp_path: Path) -> None:
        reports = {}

        def scan(name: str, what: Image) -> None:
            reports[name] = self.scan(planted, what, tmp_path / name)

        threads = [
            threading.Thread(target=scan, args=("clean", planted.clean)),
            threading.Thread(target=scan, args=("leaky", planted.leaky)),
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=120)
        assert state(reports["clean"], "secrets").state == "clean"
        assert state(reports["leaky"], "secrets").state == "findings"
