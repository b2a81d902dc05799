"""Redline: nothing is lost, and words are what changes."""

from __future__ import annotations

from time import process_time

from hypothesis import given
from hypothesis import strategies as st

from domain.terms.redline import Change, redline
from properties import MODEST

WORDS = st.lists(st.sampled_from(["the", "fee", "is", "due", ".", " ", "\n", "é-"]), max_size=30)
TEXTS = st.one_of(WORDS.map("".join), WORDS.map(" ".join), st.text(max_size=30))


def marked(old: str, new: str) -> str:
    """Write a redline with brackets, for the eye."""
    signs = {Change.SAME: "{}", Change.REMOVED: "[-{}-]", Change.ADDED: "[+{}+]"}
    return "".join(signs[part.change].format(part.text) for part in redline(old, new))


@MODEST
@given(TEXTS, TEXTS)
def test_accepting_all_is_the_new_text_and_rejecting_all_the_old(old: str, new: str) -> None:
    segments = redline(old, new)
    assert "".join(s.text for s in segments if s.change is not Change.REMOVED) == new
    assert "".join(s.text for s in segments if s.change is not Change.ADDED) == old
    assert all(segment.text for segment in segments)


@MODEST
@given(TEXTS)
def test_the_same_text_has_no_change(text: str) -> None:
    assert all(segment.change is Change.SAME for segment in redline(text, text))


def test_words_change_not_letters() -> None:
    assert marked("paid monthly in advance", "paid weekly in advance") == (
        "paid [-monthly-][+weekly+] in advance"
    )


def test_what_moves_by_a_clause_is_shown_where_it_goes() -> None:
    old = "The provider reports. The client pays within 30 days. Nobody waits."
    new = "The provider reports by mail. The client pays within 14 days. Nobody waits."
    assert marked(old, new) == (
        "The provider reports[+ by mail+]. The client pays within [-30-][+14+] days. Nobody waits."
    )


def test_neighbouring_words_are_one_change() -> None:
    assert marked("a brown dog ran", "a red fox ran") == "a [-brown dog-][+red fox+] ran"


def test_a_long_text_rewritten_is_quick_and_still_exact() -> None:
    old = " ".join(f"w{n * 7919 % 400}" for n in range(8000))
    new = " ".join(f"w{n * 7907 % 410}" for n in range(8000))
    started = process_time()
    segments = redline(old, new)
    assert process_time() - started < 5
    assert "".join(s.text for s in segments if s.change is not Change.REMOVED) == new


def test_a_long_text_with_small_changes_shows_only_those() -> None:
    words = [f"w{n * 7919 % 400}" for n in range(8000)]
    changed = [f"{word}x" if n % 500 == 7 else word for n, word in enumerate(words)]
    segments = redline(" ".join(words), " ".join(changed))
    assert sum(segment.change is Change.ADDED for segment in segments) == 16


def test_what_was_rewritten_is_replaced_as_a_whole_though_a_word_stayed_by_chance() -> None:
    old = "The provider keeps backups for thirty days in another building."
    new = "Credits are settled with the invoice of the month after next, and in euro."
    assert marked(old, new) == f"[-{old}-][+{new}+]"


def test_what_was_only_added_to_stays_however_much_came() -> None:
    new = "The fee is due." + " And more is said." * 20
    assert marked("The fee is due.", new).startswith("The fee is due.[+ And more")


def test_figures_change_whole() -> None:
    assert marked("from 99.99 % on 2026-01-01", "from 99.995 % on 2026-02-01") == (
        "from [-99.99-][+99.995+] % on [-2026-01-01-][+2026-02-01+]"
    )
