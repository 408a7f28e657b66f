"""The lab's distroless images against what programs find in Google's: no shell to ask, so a program of C looks."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.contracts.real import absent
from tests.e2e.docker_command import docker, holds

pytestmark = [pytest.mark.docker, pytest.mark.usefixtures("engine")]

COMPILER = "golang:1.26-bookworm"
LOOK = """\
#include <dlfcn.h>
#include <pwd.h>
#include <stdio.h>
#include <unistd.h>

static const char *there[] = {"/etc/ssl/certs/ca-certificates.crt", "/etc/os-release", "/etc/services",
                              "/usr/share/zoneinfo/Europe/Berlin", "/var/lib/dpkg/status.d/tzdata", 0};
static const char *not_there[] = {"/bin/sh", "/usr/bin/apt-get", "/usr/bin/dpkg", 0};
static const char *libraries[] = {LIBRARIES 0};

int main(void) {
  char folder[99];
  for (const char **path = there; *path; path++) if (access(*path, R_OK)) return printf("no %s\\n", *path);
  for (const char **path = not_there; *path; path++) if (!access(*path, F_OK)) return printf("there is %s\\n", *path);
  for (const char **name = libraries; *name; name++) if (!dlopen(*name, RTLD_NOW)) return puts(dlerror());
  FILE *passwd = fopen("/etc/passwd", "r"), *file = fopen("/tmp/a", "w");
  if (!file) return puts("/tmp is not writable");
  for (struct passwd *user; (user = fgetpwent(passwd));)
    if (user->pw_uid == getuid()) printf("%s %d:%d in %s", user->pw_name, getuid(), getgid(), getcwd(folder, 99));
  return 0;
}
"""
# what is compiled how, and the libraries that it must find
IMAGES = {
    "static": ("gcc -static", ()),
    "base": ("gcc", ("libc.so.6", "libssl.so.3", "libcrypto.so.3")),
    "cc": ("g++ -fpermissive", ("libssl.so.3", "libgcc_s.so.1", "libstdc++.so.6", "libgomp.so.1")),
}


@pytest.fixture(params=IMAGES)
def kind(request: pytest.FixtureRequest) -> str:
    """One that the engine holds, and the compiler with it."""
    kind = str(request.param)
    for image in (_image(kind, "nonroot"), _image(kind, "latest"), COMPILER):
        if not holds(image):
            absent("docker", f"the engine does not hold {image}; python3 tests/lab up bases:go,distroless")
    return kind


@pytest.mark.parametrize(
    ("tag", "who"), [("nonroot", "nonroot 65532:65532 in /home/nonroot"), ("latest", "root 0:0 in /")]
)
def test_a_program_finds_certificates_time_zones_and_its_user_and_no_shell(
    kind: str, tag: str, who: str, tmp_path: Path
) -> None:
    compiler, libraries = IMAGES[kind]
    (tmp_path / "look.c").write_text(LOOK.replace("LIBRARIES", "".join(f'"{name}", ' for name in libraries)))
    (tmp_path / "Dockerfile").write_text(
        f"FROM {COMPILER} AS build\nCOPY look.c .\nRUN {compiler} -w -o /look look.c\n"
        f'FROM {_image(kind, tag)}\nCOPY --from=build /look /look\nENTRYPOINT ["/look"]\n'
    )
    name = f"containerkit-lab-test:distroless-{kind}-{tag}"
    docker("build", "--quiet", "--tag", name, str(tmp_path))
    try:
        assert docker("run", "--rm", name) == who
    finally:
        docker("rmi", "--force", name)


@pytest.mark.parametrize(("tag", "user", "workdir"), [("nonroot", "65532", "/home/nonroot"), ("latest", "0", "/")])
def test_the_configuration_says_who_runs_and_nothing_to_run(kind: str, tag: str, user: str, workdir: str) -> None:
    found = json.loads(docker("image", "inspect", _image(kind, tag), "--format", "{{json .Config}}"))
    assert (found.get("User"), found.get("WorkingDir")) == (user, workdir)
    assert (found.get("Entrypoint"), found.get("Cmd")) == (None, None)
    assert "SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt" in found["Env"]


def _image(kind: str, tag: str) -> str:
    return f"gcr.io/distroless/{kind}-debian12:{tag}"
