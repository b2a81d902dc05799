"""The document of a version, as the workspace has it made, shows it and looks through it."""

from __future__ import annotations

from http_world import Cast
from web_world import WebWorld


def test_a_document_is_made_looked_through_and_downloaded(pages: WebWorld, cast: Cast) -> None:
    deal = pages.world.strike_a_deal(cast)
    pages.world.sign()
    path = f"{deal.contract_path}/documents"
    legal = pages.as_(f"{cast.client.name}-legal")
    listed = legal.get(path)
    assert "not made yet" in listed.part("documents")
    made = legal.get(listed.links["Version 1"]).submit("issue")
    assert "The document is made and sealed" in made.text
    assert "nothing speaks against it" in made.part("verdict")
    assert "has not signed yet" in made.part("document")
    assert "waits for a signatory of Provider and one of Client" in made.text
    pdf = legal.raw("GET", made.links["Download the PDF"])
    assert pdf.content.startswith(b"%PDF-")
    signatory = pages.as_(f"{cast.client.name}-signatory").get(made.path)
    assert f"parley document sign {deal.contract} --version 1" in signatory.text
    assert "archive" not in made.forms


def test_there_is_no_document_of_a_version_that_nobody_signed(pages: WebWorld, cast: Cast) -> None:
    deal = pages.world.strike_a_deal(cast)
    legal = pages.as_(f"{cast.client.name}-legal")
    assert legal.get(f"{deal.contract_path}/documents/document-000000002").status == 404
    assert legal.get(f"{deal.contract_path}/documents/document-000000000").status == 404
