"""What Dockerfiles take for granted of the official images of compilers and build tools."""

from __future__ import annotations

from tests.e2e.official_images import Official

_JAVA_ENV = ("JAVA_HOME=/opt/java/openjdk", "LANG=en_US.UTF-8", "LANGUAGE=en_US:en", "LC_ALL=en_US.UTF-8")
_IN_JAVA = {
    "java is in JAVA_HOME, first on PATH": 'test "$(command -v java)" = "$JAVA_HOME/bin/java"',
    "JAVA_VERSION is the version": 'java -version 2>&1 | grep -F "${JAVA_VERSION#jdk-}"',
    "JAVA_HOME can be copied: no link leads out of it": (
        'test -z "$(find "$JAVA_HOME" -xtype l)" && cp -a "$JAVA_HOME" /tmp/copy && /tmp/copy/bin/java -version'
    ),
    "the locale of LANG is there": "locale -a | grep -q en_US.utf8",
    "well-known authorities are trusted": (
        "test \"$(keytool -list -cacerts -storepass changeit | grep -c 'Entry')\" -gt 100"
    ),
    "classes are shared": "java -Xshare:on -version",
    "fonts and certificates can be looked after": "command -v fc-list trust curl wget",
    "the user 1000 is Ubuntu's": 'test "$(id -un 1000):$(id -gn 1000)" = ubuntu:ubuntu',
    "the entry point runs what it is given": 'test "$(/__cacert_entrypoint.sh echo yes)" = yes',
}
_IN_JDK = {
    "the compiler and its companions are there": "cd $JAVA_HOME/bin && ls javac jar jlink jdeps jshell jcmd javadoc",
    "a run time of few modules can be made": (
        "jlink --add-modules java.base,java.logging --strip-debug --no-header-files --no-man-pages --output /tmp/jre"
        " && /tmp/jre/bin/java -version"
    ),
}
_POM = (
    "<project><modelVersion>4.0.0</modelVersion><groupId>a</groupId><artifactId>a</artifactId><version>1</version>"
    "<properties><maven.compiler.release>17</maven.compiler.release></properties><dependencies><dependency>"
    "<groupId>com.google.code.gson</groupId><artifactId>gson</artifactId><version>2.11.0</version>"
    "</dependency></dependencies></project>"
)

GO = Official(
    images=("golang:1.26-bookworm", "golang:1.27-bookworm"),
    has={
        "go and gofmt are in /usr/local/go/bin": "cd /usr/local/go/bin && ls go gofmt",
        "they come first on PATH": 'test "$(command -v go gofmt | xargs -n1 dirname | sort -u)" = /usr/local/go/bin',
        "GOLANG_VERSION is the version": 'test "$(go env GOVERSION)" = "go$GOLANG_VERSION"',
        "the root is /usr/local/go, the path /go": 'test "$(go env GOROOT):$(go env GOPATH)" = /usr/local/go:/go',
        "every user may write in GOPATH": 'test "$(stat -c %a /go /go/bin /go/src | sort -u)" = 1777',
        "no other release is fetched": 'test "$(go env GOTOOLCHAIN)" = local',
        "programs that go installs are found": "case :$PATH: in *:/go/bin:*) ;; *) exit 1 ;; esac",
        "what modules and cgo want is there": "command -v git gcc g++ make pkg-config curl wget",
    },
    cmd=("bash",),
    env=("GOTOOLCHAIN=local", "GOPATH=/go"),
    workdir="/go",
    answers=("sh", "-c", "go version > /dev/null && echo fine"),
    builds={
        "golang:1.26-bookworm": (
            "WORKDIR /src",
            "RUN printf 'module a\\n\\ngo 1.24\\n\\nrequire github.com/google/uuid v1.6.0\\n' > go.mod",
            'RUN printf \'package main\nimport "C"\nimport "github.com/google/uuid"\n\' > a.go',
            "RUN echo 'func main() { println(uuid.New().String()) }' >> a.go",
            "RUN go mod tidy && go mod verify",
            "RUN go build -o /a . && /a",
        )
    },
)
JRE = Official(
    images=("eclipse-temurin:17-jre", "eclipse-temurin:21-jre", "eclipse-temurin:25-jre"),
    has={**_IN_JAVA, "there is no compiler": "! command -v javac"},
    cmd=("/bin/bash",),
    entrypoint=("/__cacert_entrypoint.sh",),
    env=_JAVA_ENV,
    answers=("sh", "-c", "java -version 2> /dev/null && echo fine"),
)
JDK = Official(
    images=("eclipse-temurin:17-jdk", "eclipse-temurin:21-jdk", "eclipse-temurin:25-jdk"),
    has={**_IN_JAVA, **_IN_JDK},
    cmd=("jshell",),
    entrypoint=("/__cacert_entrypoint.sh",),
    env=_JAVA_ENV,
    answers=("sh", "-c", "javac -version > /dev/null && echo fine"),
)
MAVEN = Official(
    images=("maven:3-eclipse-temurin-17", "maven:3-eclipse-temurin-21", "maven:3-eclipse-temurin-25"),
    has={
        "mvn is in /usr/bin and MAVEN_HOME": 'test "$(command -v mvn)" = /usr/bin/mvn && test -x "$MAVEN_HOME/bin/mvn"',
        "it is Maven 3.9 on the JDK of the image": "mvn -v | grep 'Maven 3.9' && mvn -v | grep /opt/java/openjdk",
        "what Dockerfiles prepare is copied to the user's folder": (
            "mvn-entrypoint.sh test -f /root/.m2/settings-docker.xml"
        ),
        "the wrapper does not see MAVEN_CONFIG": 'test -z "$(mvn-entrypoint.sh printenv MAVEN_CONFIG)"',
        "git and curl are there": "command -v git curl",
    },
    cmd=("mvn",),
    entrypoint=("/usr/local/bin/mvn-entrypoint.sh",),
    env=(*_JAVA_ENV, "MAVEN_HOME=/usr/share/maven", "MAVEN_CONFIG=/root/.m2"),
    builds={
        "maven:3-eclipse-temurin-21": (
            "WORKDIR /src",
            f"RUN echo '{_POM}' > pom.xml && mkdir -p src/main/java",
            "RUN echo 'class A { Object a = new com.google.gson.Gson(); }' > src/main/java/A.java",
            "RUN mvn -B -q package && ls target/a-1.jar",
        )
    },
)
RUST = Official(
    images=("rust:1.96-slim-bookworm", "rust:1.85-slim-trixie"),
    has={
        "cargo, rustc, rustdoc and rustup are in CARGO_HOME": "cd $CARGO_HOME/bin && ls cargo rustc rustdoc rustup",
        "they come first on PATH": (
            'test "$(command -v cargo rustc rustup | xargs -n1 dirname | sort -u)" = /usr/local/cargo/bin'
        ),
        "RUST_VERSION is the version": 'rustc --version | grep -F "rustc $RUST_VERSION "',
        "every user may write where crates go": 'test "$(stat -c %A $CARGO_HOME $RUSTUP_HOME | cut -c9 | sort -u)" = w',
        "a program is built and linked": "cd /tmp && cargo init --quiet a && cd a && cargo run --quiet --offline",
        "its own target can be added": "rustup target add \"$(rustc -vV | sed -n 's/^host: //p')\"",
        "there is a C compiler": "command -v gcc cc",
    },
    cmd=("bash",),
    env=("CARGO_HOME=/usr/local/cargo", "RUSTUP_HOME=/usr/local/rustup"),
    answers=("sh", "-c", "rustc --version > /dev/null && cargo --version > /dev/null && echo fine"),
    builds={
        "rust:1.96-slim-bookworm": (
            "WORKDIR /src",
            "RUN cargo init --quiet --name a && cargo add --quiet itoa@1 && cargo build --quiet --release --locked",
            "RUN target/release/a",
        )
    },
)
