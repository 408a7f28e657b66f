"""What BuildKit would refuse is found before anything is built."""

import pytest

from tasks.dockerfiles.syntax import checked
from tasks.errors import Invalid


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("FROM a\nRUNN x\n", 2, "did you mean RUN?"),
        ("FORM a\nFROM b\n", 1, "did you mean FROM?"),
        ("FROM a\nthis is no Dockerfile\n", 2, "no instruction THIS"),
        ("RUN x\nFROM a\n", 1, "before the first FROM"),
        ("FROM a b\n", 1, "FROM takes an image"),
        ("FROM a\nRUN x \\\n  y\nWORKDIR\n", 4, "WORKDIR needs an argument"),
        ("FROM a\nCOPY x\n", 2, "where to"),
        ("FROM a\nCOPY --from=b x\n", 2, "where to"),
    ],
)
def test_what_buildkit_would_refuse_is_named_with_its_line(text: str, line: int, words: str) -> None:
    with pytest.raises(Invalid, match=f"line {line}: ") as caught:
        checked(text)
    assert words in caught.value.message


@pytest.mark.parametrize(
    "text",
    [
        "# syntax=example.invalid/frontend\nFROM a\nINCLUDE b\n",
        'FROM a\nCMD []\nENTRYPOINT []\nCOPY ["a b", "/c"]\nONBUILD RUN x\n',
        "ARG A\nFROM a as b\nHEALTHCHECK NONE\nMAINTAINER x\nCOPY <<EOF /x\nhello\nEOF\n",
    ],
)
def test_what_buildkit_takes_is_taken(text: str) -> None:
    assert checked(text).stages
