"""What is remembered of releases, and what is forgotten first."""

from __future__ import annotations

from adapters.kubernetes.record import Entry, Ledger, State
from tasks.models import Application

LIVE: State = "live"
FAILED: State = "failed"


def entry(number: int, state: State) -> Entry:
    return Entry(number=number, state=state, image="shop", source="/shop", created="2026-01-01T00:00:00Z", objects=())


def ledger(*outcomes: State) -> Ledger:
    """After releases with these outcomes, each of which was a candidate before."""
    found = Ledger(application=Application(name="shop"))
    for outcome in outcomes:
        number = found.next_number
        found = found.with_entry(entry(number, "candidate"))
        assert len(found.entries) <= 10
        found = found.with_entry(entry(number, outcome))
        assert len(found.entries) <= 10
    return found


def numbers(found: Ledger, state: State) -> list[int]:
    return [each.number for each in found.entries if each.state == state]


def test_ten_are_kept() -> None:
    found = ledger(*[LIVE] * 12)

    assert (numbers(found, "former"), numbers(found, "live")) == ([3, 4, 5, 6, 7, 8, 9, 10, 11], [12])


def test_failures_take_the_place_of_three_and_candidates_of_none() -> None:
    found = ledger(*[LIVE] * 12, *[FAILED] * 5)

    assert numbers(found, "former") == [6, 7, 8, 9, 10, 11]
    assert numbers(found, "live") == [12]
    assert numbers(found, "failed") == [15, 16, 17]


def test_the_former_one_that_was_live_last_is_the_first_to_go_back_to() -> None:
    found = ledger("live", "live", "live")
    again = found.with_entry(found.formers[-1].changed(state="live"))

    assert [each.number for each in again.formers] == [3, 2]
    assert again.live is not None
    assert again.live.number == 1


def test_numbers_are_never_given_twice_while_the_last_one_is_remembered() -> None:
    assert ledger("live", "failed", "failed").next_number == 4


def test_a_history_of_failures_alone_keeps_the_last_ones() -> None:
    assert numbers(ledger(*[FAILED] * 6), "failed") == [4, 5, 6]
