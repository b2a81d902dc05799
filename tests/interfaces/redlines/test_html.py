"""The redline page: one file, for every reader, in which text is never anything but text."""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256
from html.parser import HTMLParser

from hypothesis import given, settings

from any_terms import ANY_TERMS
from domain.terms.agreement import AgreementTerms
from domain.terms.words.legible import legible
from domain.terms.words.paragraphs import paragraphs
from interfaces.redlines.html import html, policy
from redlines import NEW, OLD, between, example_redline


class Page(HTMLParser):
    """Reads the words of either version back off the page, and lists what else is in it."""

    def __init__(self, page: bytes) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.paragraphs: list[list[tuple[str, str]]] = []
        self.feed(page.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in ("meta", "br"):
            self.open.append("words" if dict(attrs).get("class") == "words" else tag)
        if self.open[-1] == "words":
            self.paragraphs.append([])

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() in (tag, "words")

    def handle_data(self, data: str) -> None:
        if "words" in self.open:
            self.paragraphs[-1].append((self.open[-1], data))

    def text_without(self, tag: str) -> list[str]:
        kept = [
            ("".join(data for where, data in one if where != tag), {where for where, _ in one})
            for one in self.paragraphs
        ]
        return [text for text, within in kept if within != {tag}]


def whole(terms: AgreementTerms) -> list[str]:
    return [legible(one.text) for one in paragraphs(terms)]


@settings(max_examples=25, deadline=None)
@given(ANY_TERMS, ANY_TERMS)
def test_the_page_without_what_was_struck_is_the_new_text_and_without_what_was_put_in_the_old(
    old: AgreementTerms, new: AgreementTerms
) -> None:
    page = Page(html(between(old, new)))
    assert page.text_without("del") == whole(new)
    assert page.text_without("ins") == whole(old)


def test_the_page_asks_for_nothing_and_runs_nothing() -> None:
    page = Page(html(example_redline()))
    tags = {tag for tag, _ in page.tags}
    assert tags.isdisjoint({"script", "link", "img", "iframe", "object", "form", "base"})
    names = {name for _, attributes in page.tags for name in attributes}
    assert not {name for name in names if name.startswith("on") or name in ("src", "style")}
    links = {attributes["href"] for _, attributes in page.tags if "href" in attributes}
    assert links
    assert all(str(link).startswith("#paragraph-") for link in links)


def test_its_own_policy_lets_its_stylesheet_in_and_nothing_else() -> None:
    page = html(example_redline()).decode()
    style = re.search(r"<style>(.*?)</style>", page, re.DOTALL)
    assert style is not None
    digest = b64encode(sha256(style[1].encode()).digest()).decode()
    assert policy().startswith(f"default-src 'none'; style-src 'sha256-{digest}'")
    assert "@import" not in style[1]
    assert "url(" not in style[1]


def test_no_two_places_on_the_page_have_one_name_and_every_link_leads_somewhere() -> None:
    page = Page(html(example_redline()))
    names = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert len(names) == len(set(names))
    links = {str(attributes["href"])[1:] for _, attributes in page.tags if "href" in attributes}
    assert links <= set(names)


def test_changes_can_be_told_without_colour() -> None:
    page = html(example_redline()).decode()
    assert re.search(r"\nins \{[^}]*text-decoration: underline", page)
    assert re.search(r"\ndel \{[^}]*text-decoration: line-through", page)
    assert "<del>99.99</del><ins>99.995</ins>" in page


def test_every_changed_term_says_what_it_means() -> None:
    page = html(example_redline()).decode()
    assert (
        '<span class="meaning">allowed downtime 4 min 19.2 s → 2 min 9.6 s per 30-day month</span>'
        '<span class="meaning">at risk per calendar month 12000.00 USD (100 % of 12000.00 USD)'
    ) in page


def test_two_texts_that_are_the_same_say_so() -> None:
    page = html(between(OLD, OLD)).decode()
    assert "both are the same to the letter" in page
    assert "</ins>" not in page.split('id="text"')[1]


def test_the_same_redline_is_the_same_bytes() -> None:
    assert html(example_redline()) == html(between(OLD, NEW))
