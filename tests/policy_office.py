"""Writes a policy as DOCX, HWPX, HWP and Markdown: plain, numbered by the program, with merged cells."""

import html
import io
from collections.abc import Sequence

import docx
import hwp_writer as hwp
import hwpx_writer as hwpx
from docx.document import Document as WordDocument
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from policy_parts import Item, Part, Rows, spans

_WORD = {"circled": ("decimalEnclosedCircle", "%1"), "decimal": ("decimal", "%1."), "syllable": ("ganada", "%1."),
         "bullet": ("bullet", "\uf0b7")}  # fmt: skip
_HANGUL = {"circled": (1, "CIRCLED_DIGIT", "^1"), "decimal": (0, "DIGIT", "^1."),
           "syllable": (8, "HANGUL_SYLLABLE", "^1.")}  # fmt: skip
_BULLET_SHAPE = 1


def _firsts(found: Sequence[Part]) -> dict[int, Item]:
    """The first item of each list that a program numbers."""
    firsts: dict[int, Item] = {}
    for part in found:
        if isinstance(part, Item) and part.style and part.style != "bullet":
            firsts.setdefault(part.run, part)
    return firsts


def docx_plain(found: Sequence[Part]) -> bytes:
    """Headings by style, a running head, tables as they are."""
    word = docx.Document()
    word.sections[0].header.paragraphs[0].text = "사내용 머리말"
    word.sections[0].footer.paragraphs[0].text = "- 1 -"
    for part in found:
        if isinstance(part, Rows):
            _word_table(word, part)
        elif part.is_heading:
            word.add_heading(part.text, 2)
        else:
            word.add_paragraph(part.text)
    return saved(word)


def docx_numbered(found: Sequence[Part]) -> bytes:
    """Markers by Word's numbering, each list from its own start."""
    word = docx.Document()
    _add_lists(word, _firsts(found))
    for part in found:
        if isinstance(part, Rows):
            _word_table(word, part)
        elif part.style:
            number = 9999 if part.style == "bullet" else part.run
            paragraph = word.add_paragraph(part.bare)._p
            xml = f"<w:numPr {nsdecls('w')}><w:ilvl w:val='0'/><w:numId w:val='{number}'/></w:numPr>"
            paragraph.get_or_add_pPr().append(parse_xml(xml))
        else:
            word.add_paragraph(part.text)
    return saved(word)


def docx_runs(found: Sequence[Part]) -> bytes:
    """All lines in a few paragraphs with line breaks, each word a run, changes tracked."""
    word = docx.Document()
    paragraph = word.add_paragraph()
    for part in found:
        if isinstance(part, Rows):
            _word_table(word, part)
            paragraph = word.add_paragraph()
            continue
        for piece in part.text.split(" "):
            paragraph.add_run(piece)
            paragraph.add_run(" ")
        paragraph.add_run().add_break()
        deleted = f"<w:del {nsdecls('w')} w:id='1'><w:r><w:delText>지운 글</w:delText></w:r></w:del>"
        paragraph._p.append(parse_xml(deleted))
    return saved(word)


def _word_table(word: WordDocument, rows: Rows) -> None:
    """A table of Word; equal cells one above the other are merged."""
    table = word.add_table(0, max(map(len, rows.cells)), style="Table Grid")
    for row, cells in enumerate(spans(rows.cells)):
        table.add_row()
        for column, (text, high) in enumerate(cells):
            if high:
                table.cell(row, column).text = text
        if len(cells) < len(table.columns):
            table.cell(row, len(cells) - 1).merge(table.cell(row, len(table.columns) - 1))
    for row, cells in enumerate(spans(rows.cells)):
        for column, (_, high) in enumerate(cells):
            if high > 1:
                table.cell(row, column).merge(table.cell(row + high - 1, column))


def _add_lists(word: WordDocument, firsts: dict[int, Item]) -> None:
    root = word.part.numbering_part.element
    for child in list(root):
        root.remove(child)
    lists = {run: (*_WORD[item.style], item.number) for run, item in firsts.items()}
    lists[9999] = (*_WORD["bullet"], 1)
    ns = nsdecls("w")
    for run, (style, text, start) in lists.items():
        level = f"<w:lvl w:ilvl='0'><w:start w:val='{start}'/><w:numFmt w:val='{style}'/><w:lvlText w:val='{text}'/>"
        root.append(parse_xml(f"<w:abstractNum {ns} w:abstractNumId='{run}'>{level}</w:lvl></w:abstractNum>"))
    for run in lists:
        root.append(parse_xml(f"<w:num {ns} w:numId='{run}'><w:abstractNumId w:val='{run}'/></w:num>"))


def saved(word: WordDocument) -> bytes:
    """The bytes of the file."""
    buffer = io.BytesIO()
    word.save(buffer)
    return buffer.getvalue()


def hwpx_plain(found: Sequence[Part]) -> bytes:
    """Two sections of paragraphs and tables."""
    written = [_hwpx_part(part, 0) for part in found]
    half = len(written) // 2
    return hwpx.archive("".join(written[:half]), "".join(written[half:]))


def hwpx_numbered(found: Sequence[Part]) -> bytes:
    """Markers by Hangul's numbering."""
    firsts = _firsts(found)
    shapes = {run: number for number, run in enumerate(firsts, _BULLET_SHAPE + 1)}
    return hwpx.archive(
        "".join(_hwpx_part(part, _shape(part, shapes)) for part in found), header=_hwpx_header(firsts, shapes)
    )


def _shape(part: Part, shapes: dict[int, int]) -> int:
    """The number of the paragraph shape that numbers the item, 0 for none."""
    if isinstance(part, Rows) or not part.style:
        return 0
    return _BULLET_SHAPE if part.style == "bullet" else shapes[part.run]


def _hwpx_header(firsts: dict[int, Item], shapes: dict[int, int]) -> str:
    lists = "".join(
        f'<hh:numbering id="{run}" start="0"><hh:paraHead start="{item.number}" level="1" '
        f'numFormat="{_HANGUL[item.style][1]}">{_HANGUL[item.style][2]}</hh:paraHead></hh:numbering>'
        for run, item in firsts.items()
    )
    numbers = "".join(
        f'<hh:paraPr id="{shape}"><hh:heading type="NUMBER" idRef="{run}" level="0"/></hh:paraPr>'
        for run, shape in shapes.items()
    )
    bullet = '<hh:paraPr id="1"><hh:heading type="BULLET" idRef="1" level="0"/></hh:paraPr>'
    return f'<hh:head {hwpx.NAMESPACES}>{lists}<hh:bullet id="1" char="●"/>{bullet}{numbers}</hh:head>'


def _hwpx_part(part: Part, shape: int) -> str:
    if isinstance(part, Item):
        return hwpx.paragraph(html.escape(part.bare if shape else part.text), shape)
    rows = ("".join(hwpx.cell(html.escape(text), high) for text, high in row if high) for row in spans(part.cells))
    return hwpx.table(*rows)


def hwp_plain(found: Sequence[Part]) -> bytes:
    """Two packed sections of paragraphs and tables."""
    written = [_hwp_part(part, 0) for part in found]
    half = len(written) // 2
    return hwp.hwp(b"".join(written[:half]), b"".join(written[half:]))


def hwp_unpacked(found: Sequence[Part]) -> bytes:
    """One section that is not compressed."""
    return hwp.hwp(b"".join(_hwp_part(part, 0) for part in found), flags=0)


def hwp_numbered(found: Sequence[Part]) -> bytes:
    """Markers by Hangul's numbering."""
    firsts = _firsts(found)
    shapes = {run: number for number, run in enumerate(firsts, _BULLET_SHAPE + 1)}
    info = hwp.INFO + hwp.shape(3, 0, 1) + hwp.record(24, 1, bytes(20))
    for number, item in enumerate(firsts.values(), 1):
        style, _, text = _HANGUL[item.style]
        info += hwp.numbering((style, text), start=item.number) + hwp.shape(2, 0, number)
    return hwp.hwp(b"".join(_hwp_part(part, _shape(part, shapes)) for part in found), info=info)


def _hwp_part(part: Part, shape: int) -> bytes:
    if isinstance(part, Item):
        return hwp.paragraph(part.bare if shape else part.text, shape=shape)
    return hwp.table(
        *(
            hwp.cell(text, column, row, rows=high)
            for row, cells in enumerate(spans(part.cells))
            for column, (text, high) in enumerate(cells)
            if high
        )
    )


def markdown(found: Sequence[Part]) -> bytes:
    """Headings with #, pipe tables, bullets with *, bold words."""
    written: list[str] = ["---", ""]
    for part in found:
        if isinstance(part, Rows):
            rows = ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in part.cells]
            written += ["", rows[0], "|---" * len(part.cells[0]) + "|", *rows[1:], ""]
        elif part.is_heading:
            written += ["", f"## {part.text}", ""]
        else:
            written.append(_markdown_line(part))
    return "\n".join(written).encode()


def _markdown_line(item: Item) -> str:
    first, blank, rest = item.text.partition(" ")
    if item.style == "bullet":
        return f"* {item.bare}"
    return f"**{first}**{blank}{rest}" if first.isalpha() and len(first) > 1 else item.text
