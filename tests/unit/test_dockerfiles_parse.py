"""The parser reads what BuildKit reads."""

import pytest

from tasks.dockerfiles.parse import exec_form, parse
from tasks.errors import Invalid


def test_an_instruction_over_several_lines_is_one_although_comments_stand_between() -> None:
    parsed = parse("FROM a\nRUN one \\\n# a comment\n\n  && two \\\n  && three\nCMD x\n")
    assert parsed.kinds == ("FROM", "RUN", "CMD")
    assert parsed.instructions[1].arguments == "one   && two   && three"
    assert (parsed.instructions[1].first, parsed.instructions[1].last) == (1, 5)


def test_two_escape_characters_at_the_end_do_not_continue_a_line() -> None:
    assert parse("FROM a\nRUN echo \\\\\nCMD x\n").kinds == ("FROM", "RUN", "CMD")


def test_blanks_after_the_escape_character_still_continue_the_line() -> None:
    assert parse("FROM a\nRUN one \\  \n two\n").kinds == ("FROM", "RUN")


def test_the_escape_directive_changes_the_continuation_character() -> None:
    parsed = parse("# escape=`\nFROM a\nRUN one `\n two\nCOPY c:\\ d:\\\nCMD x\n")
    assert parsed.kinds == ("FROM", "RUN", "COPY", "CMD")


def test_a_directive_after_a_comment_is_a_comment() -> None:
    assert parse("# hello\n# escape=`\nFROM a\nRUN one \\\n two\n").kinds == ("FROM", "RUN")


def test_an_escape_directive_after_a_syntax_directive_counts() -> None:
    assert parse("# syntax=docker/dockerfile:1\n# escape=`\nFROM a\nRUN one `\n two\n").kinds == ("FROM", "RUN")


@pytest.mark.parametrize(
    "opening",
    [
        "RUN <<EOF",
        'RUN <<"EOF"',
        "RUN cat <<-EOF > /x",
        "COPY <<EOF /a",
        "ONBUILD RUN <<EOF",
        "RUN --mount=type=tmpfs,target=/t <<EOF",
    ],
)
def test_the_body_of_a_heredoc_holds_no_instructions(opening: str) -> None:
    parsed = parse(f"FROM a\n{opening}\nUSER root\nCMD evil\nEOF\nCMD x\n")
    assert parsed.kinds == ("FROM", opening.split(maxsplit=1)[0], "CMD")
    assert parsed.instructions[1].last == 4


def test_two_heredocs_of_one_line_are_read_in_order() -> None:
    parsed = parse("FROM a\nCOPY <<ONE <<TWO /d/\nUSER a\nONE\nUSER b\nTWO\nCMD x\n")
    assert parsed.kinds == ("FROM", "COPY", "CMD")


def test_tabs_before_the_end_of_a_heredoc_count_only_with_a_dash() -> None:
    assert parse("FROM a\nRUN <<-EOF\n\tUSER x\n\tEOF\nCMD x\n").kinds == ("FROM", "RUN", "CMD")
    with pytest.raises(Invalid, match="no end"):
        parse("FROM a\nRUN <<EOF\n\tEOF\nCMD x\n")


@pytest.mark.parametrize(
    "line", ['RUN echo "<<EOF"', "RUN cat <<<EOF", 'RUN ["cat", "<<EOF"]', "ENV A=<<EOF", "RUN a<<EOF"]
)
def test_what_only_looks_like_a_heredoc_opens_none(line: str) -> None:
    assert parse(f"FROM a\n{line}\nCMD x\n").kinds == ("FROM", line.split(maxsplit=1)[0], "CMD")


def test_stages_have_names_and_know_their_parents() -> None:
    parsed = parse(
        "ARG TAG=3.13\nFROM --platform=$BUILDPLATFORM python:${TAG}-slim AS Build\nRUN x\nFROM build\nCMD x\n"
    )
    first, second = parsed.stages
    assert (first.base, first.name, second.base) == ("python:3.13-slim", "build", "build")
    assert parsed.parent(second) == first
    assert parsed.parent(first) is None


def test_a_stage_of_its_own_name_is_built_on_the_image_of_that_name() -> None:
    parsed = parse("FROM nginx AS nginx\nCMD x\n")
    assert parsed.parent(parsed.stages[0]) is None


@pytest.mark.parametrize(
    ("line", "base"),
    [
        ("FROM ${BASE:-alpine}", "alpine"),
        ("FROM ${BASE-alpine}:3", "alpine:3"),
        ("FROM $SET", "busybox"),
        ('FROM "$SET"', "busybox"),
        ("FROM ${SET:+other}", "other"),
        ("FROM $BASE", None),
    ],
)
def test_variables_in_from_take_their_values_and_defaults(line: str, base: str | None) -> None:
    assert parse(f"ARG SET=busybox\nARG BASE\n{line}\n").stages[0].base == base


def test_lower_case_instructions_and_carriage_returns_are_read() -> None:
    assert parse("from a\r\nrun one \\\r\n  two\r\ncmd x\r\n").kinds == ("FROM", "RUN", "CMD")


def test_a_text_without_a_from_line_is_refused() -> None:
    with pytest.raises(Invalid, match="no FROM"):
        parse("# nothing\nRUN x\n")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('["a", "b c"]', ("a", "b c")),
        ("[a]", None),
        ("a b", None),
        ('["a", 1]', None),
        ('{"a": 1}', None),
        ("[" * 5000, None),
    ],
)
def test_exec_form_is_a_json_array_of_texts_and_nothing_else(text: str, words: tuple[str, ...] | None) -> None:
    assert exec_form(text) == words
