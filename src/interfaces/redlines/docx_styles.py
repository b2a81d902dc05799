"""The look of a Word redline: real styles, real numbering, A4, header and footer."""

from __future__ import annotations

from typing import Any, Final

from docx import Document
from docx.document import Document as WordDocument
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt, RGBColor

from application.redlining import Redline
from interfaces.redlines.sheet import dated, edition_line, heading_of

LINE_STYLE: Final = "Numbered Line"
_INK: Final = RGBColor(0x1B, 0x2A, 0x41)
_GREY: Final = RGBColor(0x5B, 0x64, 0x70)
_NUMBERING: Final = f"""
<w:abstractNum {nsdecls("w")} w:abstractNumId="1">
  <w:multiLevelType w:val="multilevel"/>
  <w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:pStyle w:val="Heading1"/>
    <w:lvlText w:val="%1"/><w:lvlJc w:val="left"/>
    <w:pPr><w:ind w:left="720" w:hanging="720"/></w:pPr></w:lvl>
  <w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:pStyle w:val="NumberedLine"/>
    <w:lvlText w:val="%1.%2"/><w:lvlJc w:val="left"/>
    <w:pPr><w:ind w:left="720" w:hanging="720"/></w:pPr></w:lvl>
</w:abstractNum>
"""
_NUMBERED: Final = f'<w:num {nsdecls("w")} w:numId="1"><w:abstractNumId w:val="1"/></w:num>'


def blank_document(redline: Redline) -> WordDocument:
    """Return a document without text, with every style that the text needs."""
    document = Document()
    _number_styles(document)
    _look(document)
    _page(document, redline)
    _describe(document, redline)
    _without_thumbnail(document)
    _track_what_follows(document)
    return document


def _track_what_follows(document: WordDocument) -> None:
    """Let the next author's changes be tracked too; settings stand in the schema's order."""
    settings = document.settings.element
    settings.find(qn("w:defaultTabStop")).addprevious(OxmlElement("w:trackRevisions"))


def _number_styles(document: WordDocument) -> None:
    """Number headings and the lines under them, by their styles."""
    numbering = document.part.numbering_part.element
    for child in list(numbering):
        numbering.remove(child)
    numbering.append(parse_xml(_NUMBERING))
    numbering.append(parse_xml(_NUMBERED))
    style = document.styles.add_style(LINE_STYLE, WD_STYLE_TYPE.PARAGRAPH)
    style.base_style = document.styles["Body Text"]
    style.quick_style = True
    for name, level in (("Heading 1", 0), (LINE_STYLE, 1)):
        properties = document.styles[name].element.get_or_add_pPr()
        number = properties.get_or_add_numPr()
        number.get_or_add_ilvl().val = level
        number.get_or_add_numId().val = 1


def _look(document: WordDocument) -> None:
    looks = (
        ("Normal", 11, None, False, 0, 0),
        ("Title", 22, _INK, True, 0, 10),
        ("Heading 1", 12, _INK, True, 16, 6),
        ("Body Text", 11, None, False, 0, 6),
        (LINE_STYLE, 11, None, False, 0, 6),
        ("Header", 8, _GREY, False, 0, 0),
        ("Footer", 8, _GREY, False, 0, 0),
    )
    for name, size, colour, bold, before, after in looks:
        style: Any = document.styles[name]
        _set_font(style.element.get_or_add_rPr())
        style.font.size, style.font.bold = Pt(size), bold
        if colour is not None:
            style.font.color.rgb = colour
        style.paragraph_format.space_before = Pt(before)
        style.paragraph_format.space_after = Pt(after)
    borders = document.styles["Title"].element.get_or_add_pPr().find(qn("w:pBdr"))
    if borders is not None:
        borders.getparent().remove(borders)


def _set_font(properties: Any) -> None:
    """Set one family for every script, in place of the theme's."""
    for old in properties.findall(qn("w:rFonts")):
        properties.remove(old)
    family = "Cambria"
    fonts = OxmlElement("w:rFonts")
    for script in ("ascii", "hAnsi", "cs", "eastAsia"):
        fonts.set(qn(f"w:{script}"), family)
    properties.insert(0, fonts)


def _page(document: WordDocument, redline: Redline) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(25)
    section.top_margin, section.bottom_margin = Mm(27), Mm(26)
    section.header.paragraphs[0].text = heading_of(redline)
    before, after = edition_line(redline.before), edition_line(redline.after)
    section.footer.paragraphs[0].text = f"From {before.said} ({before.digest})"
    section.footer.add_paragraph(f"to {after.said} ({after.digest})", style="Footer")
    section.footer.add_paragraph(
        "A reading aid. What binds is the signed version, by its digest.", style="Footer"
    )


def _describe(document: WordDocument, redline: Redline) -> None:
    about = document.core_properties
    about.title = heading_of(redline)[:255]
    about.subject = "Service level agreement"
    about.author = about.last_modified_by = "Parley"
    about.comments = about.keywords = about.category = ""
    about.language = "en"
    about.revision = 1
    about.created = about.modified = dated(redline)


def _without_thumbnail(document: WordDocument) -> None:
    """Drop the picture of another document that the template carries."""
    relationships = document.part.package.rels
    for name in [key for key, one in relationships.items() if one.reltype.endswith("/thumbnail")]:
        del relationships[name]
