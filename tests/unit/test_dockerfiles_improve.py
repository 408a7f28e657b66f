"""An existing Dockerfile gets a numeric user and nothing else; what keeps an image from running confined is named."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.dockerfiles import confinement, diff, improve
from tasks.dockerfiles.parse import parse
from tasks.errors import Invalid
from tasks.models import Image

CHOWN = 'RUN ["chown", "-R", "10001:10001", "/app"]\n'
USER = "USER 10001:10001\n"


def image(user: str, *ports: int) -> Image:
    return Image(id="sha256:1", os="linux", architecture="amd64", user=user, ports=ports, size_bytes=1)


def test_the_user_is_set_before_the_start_with_the_working_folder_in_its_hands() -> None:
    before = "FROM python:3.13-slim\nWORKDIR /app\nCOPY . .\n"
    assert improve(before + "CMD python app.py\n") == before + CHOWN + USER + "CMD python app.py\n"


def test_comments_above_the_start_stay_with_it() -> None:
    before = "FROM a\nWORKDIR /app\n"
    start = "# how it starts\nENTRYPOINT x\nCMD y\n"
    assert improve(before + start) == before + CHOWN + USER + start


def test_the_user_comes_after_everything_that_still_needs_root() -> None:
    text = "FROM a\nWORKDIR /app\nCMD x\nRUN late\n"
    assert improve(text) == text + CHOWN + USER


def test_a_dockerfile_without_a_start_gets_the_user_at_its_end() -> None:
    assert improve("FROM a\nWORKDIR /app\nEXPOSE 80") == "FROM a\nWORKDIR /app\nEXPOSE 80\n" + CHOWN + USER


def test_a_user_known_by_name_is_followed_by_one_known_by_number() -> None:
    text = "FROM node:22\nWORKDIR /app\nUSER node\nCMD x\n"
    assert improve(text) == "FROM node:22\nWORKDIR /app\nUSER node\nUSER 0:0\n" + CHOWN + USER + "CMD x\n"


def test_a_user_from_an_argument_without_a_value_is_not_trusted() -> None:
    assert "USER 10001:10001" in improve("FROM a\nARG UID\nUSER $UID\nCMD x\n")


@pytest.mark.parametrize(
    "text",
    [
        "FROM a\nUSER 1000\nCMD x\n",
        "FROM a\nARG UID=1001\nUSER ${UID}:${UID}\nCMD x\n",
        "FROM a\nENV RUN_AS 1001\nUSER $RUN_AS\nCMD x\n",
        "FROM a AS app\nUSER 65532\nFROM app\nCMD x\n",
    ],
)
def test_a_dockerfile_with_a_numeric_user_is_left_as_it_is(text: str) -> None:
    assert improve(text) == text


def test_only_the_last_stage_is_changed() -> None:
    first = "FROM a AS build\nWORKDIR /src\nCMD build\n"
    last = "FROM b\nWORKDIR /app\nCOPY --from=build /src .\n"
    assert improve(first + last + "CMD x\n") == first + last + CHOWN + USER + "CMD x\n"


@pytest.mark.parametrize("base", ["scratch", "gcr.io/distroless/static-debian12"])
def test_a_base_without_a_shell_gets_the_user_only(base: str) -> None:
    assert improve(f"FROM {base}\nWORKDIR /app\nCMD x\n") == f"FROM {base}\nWORKDIR /app\n{USER}CMD x\n"


@pytest.mark.parametrize("folder", ["/", "/usr", "/etc", "/tmp"])  # noqa: S108 - folders of the system are the point
def test_a_folder_of_the_system_never_changes_hands(folder: str) -> None:
    assert "chown" not in improve(f"FROM a\nWORKDIR {folder}\nCMD x\n")


def test_a_relative_working_folder_lies_below_the_one_before() -> None:
    assert '"/srv/app"' in improve("FROM a\nWORKDIR /srv\nWORKDIR app\nCMD x\n")


def test_a_heredoc_that_holds_a_start_is_not_mistaken_for_one() -> None:
    text = "FROM a\nWORKDIR /app\nRUN <<EOF\nCMD evil\nEOF\nCMD x\n"
    assert improve(text) == text.replace("CMD x", f"{CHOWN}{USER}CMD x")


def test_line_ends_of_another_system_are_kept() -> None:
    improved = improve("FROM a\r\nWORKDIR /app\r\nCMD x\r\n")
    assert "USER 10001:10001\r\n" in improved
    assert improved.count("\n") == improved.count("\r\n")


@given(
    st.lists(
        st.sampled_from(
            [
                "FROM a",
                "FROM a AS b",
                "FROM b",
                "RUN x \\\n  y",
                "# c",
                "",
                "WORKDIR /app",
                "USER root",
                "USER app",
                "CMD x",
                "ENTRYPOINT y",
                "EXPOSE 80",
            ]
        ),
        max_size=12,
    )
)
def test_improving_only_adds_lines_and_needs_no_second_time(lines: list[str]) -> None:
    text = "FROM a\n" + "".join(f"{line}\n" for line in lines)
    improved = improve(text)
    remaining = iter(improved.split("\n"))
    assert all(line in remaining for line in text.rstrip("\n").split("\n"))
    assert improve(improved) == improved
    assert len(parse(improved).instructions) - len(parse(text).instructions) in {0, 1, 2, 3}


def test_what_is_no_dockerfile_is_refused() -> None:
    with pytest.raises(Invalid):
        improve("hello\n")


def test_the_change_is_shown_as_a_unified_diff() -> None:
    old = "FROM a\nCMD x"
    shown = diff(old, improve(old))
    assert "--- Dockerfile\n" in shown
    assert "+USER 10001:10001\n" in shown
    assert "\n\\ No newline at end of file\n" in shown
    assert diff(old, old) == ""


@pytest.mark.parametrize("user", ["10001", "10001:10001", "65532:0"])
def test_a_numeric_user_can_run_confined(user: str) -> None:
    assert confinement(image(user, 8080), port=8080) == ()


@pytest.mark.parametrize(
    ("user", "word"),
    [("", "no USER"), ("root", "root"), ("0", "root"), ("00:1", "root"), ("root:root", "root"), ("app", "name")],
)
def test_root_and_names_cannot_run_confined(user: str, word: str) -> None:
    (reason,) = confinement(image(user), port=None)
    assert word in reason


def test_a_privileged_port_is_a_reason() -> None:
    (reason,) = confinement(image("10001", 80), port=80)
    assert reason.startswith("port 80 ")


def test_a_privileged_port_that_only_the_base_exposes_is_none() -> None:
    assert confinement(image("10001", 80, 8080), port=8080) == ()
