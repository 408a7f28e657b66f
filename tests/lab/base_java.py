"""eclipse-temurin and maven: Debian's OpenJDK where Temurin's is, and Maven's own distribution on it."""

import machine_clients
from base_image import SYSTEM_PATH, Base, debian, with_debs
from layers import Layer
from packages import Package

# as in Temurin's images on Ubuntu
_DEBS = "curl wget fontconfig p11-kit binutils tzdata locales"
_ENV = (
    f"PATH=/opt/java/openjdk/bin:{SYSTEM_PATH}",
    "JAVA_HOME=/opt/java/openjdk",
    "LANG=en_US.UTF-8",
    "LANGUAGE=en_US:en",
    "LC_ALL=en_US.UTF-8",
)
# the suite that carries each long-term release
_RELEASES = {"17": "bookworm", "21": "trixie", "25": "trixie"}
_MAVEN = Package("maven", "org.apache.maven:apache-maven", "3.9.16")


def javas() -> list[Base]:
    """The long-term releases of OpenJDK."""
    return [base for release in _RELEASES for base in _temurins(release)]


def mavens() -> list[Base]:
    """Maven on a JDK of each long-term release."""
    return [_maven(release) for release in _RELEASES]


def _temurins(release: str) -> list[Base]:
    jdk = _jdk(release)
    assert jdk.parent is not None
    name, entrypoint = "library/eclipse-temurin", ("/__cacert_entrypoint.sh",)
    return [
        Base(name, (f"{release}-jre",), jdk.parent, ("/bin/bash",), _ENV, entrypoint),
        Base(name, (f"{release}-jdk", release), jdk, ("jshell",), _ENV, entrypoint),
    ]


def _maven(release: str) -> Base:
    given = (("MAVEN", _MAVEN.word), ("SETTINGS", machine_clients.maven()))
    layer = Layer(f"maven-{release}", "maven", given, _jdk(release), (_MAVEN,))
    versions = ("3", _MAVEN.version.rpartition(".")[0], _MAVEN.version)
    tags = tuple(f"{version}-eclipse-temurin-{release}" for version in versions)
    env = (*_ENV, "MAVEN_HOME=/usr/share/maven", "MAVEN_CONFIG=/root/.m2")
    return Base("library/maven", tags, layer, ("mvn",), env, ("/usr/local/bin/mvn-entrypoint.sh",))


def _jdk(release: str) -> Layer:
    """What a JDK adds to the JRE, on that."""
    suite = _RELEASES[release]
    below = with_debs(f"java-tools-{suite}", debian(suite), _DEBS)
    jre = Layer(f"jre-{release}", "java", (("JAVA", release), ("PART", "jre")), below)
    return Layer(f"jdk-{release}", "java", (("JAVA", release), ("PART", "jdk")), jre)
