"""Writes a policy as HTML in the ways of Korean sites: div and br, lists, tables, whole saved pages."""

import html
from collections.abc import Callable, Iterable, Sequence
from itertools import groupby

from policy_parts import Item, Part, Rows, spans

_CSS = {"decimal": "decimal", "syllable": "hangul", "bullet": "disc"}
_MENU = "".join(f'<li><a href="/{name}">{name}</a></li>' for name in ("회사소개", "서비스", "고객센터", "채용", "공지"))


def esc(text: str) -> str:
    """The text as HTML."""
    return html.escape(text, quote=False)


def table(rows: Rows) -> str:
    """A table with a head."""
    head, *others = ("".join(f"<td>{esc(text)}</td>" for text in row) for row in rows.cells)
    body = "".join(f"<tr>{row}</tr>" for row in others)
    return f"<table border=1><thead><tr>{head.replace('td>', 'th>')}</tr></thead><tbody>{body}</tbody></table>"


def spanned(rows: Rows) -> str:
    """A table whose equal cells are one over several rows, with <p> and blanks in its cells."""
    cells = (
        "".join(f"<td rowspan={high}>\n <p>{esc(text)}</p> </td>" for text, high in row if high)
        for row in spans(rows.cells)
    )
    return f"<table><caption></caption><colgroup><col></colgroup>{''.join(f'<tr>{row}</tr>' for row in cells)}</table>"


def lines(found: Iterable[Part], write: Callable[[Item], str], tables: Callable[[Rows], str] = table) -> str:
    """All parts, each line as `write` says."""
    return "\n".join(tables(part) if isinstance(part, Rows) else write(part) for part in found)


def div(found: Sequence[Part]) -> str:
    """A div a line."""
    return lines(found, lambda item: f"<div>{esc(item.text)}</div>")


def headed(found: Sequence[Part]) -> str:
    """Headings and paragraphs, broken in the source."""
    return lines(
        found,
        lambda item: f"<h3>{esc(item.text)}</h3>" if item.is_heading else f"<p>\n  {esc(item.text)}\n</p>",
        spanned,
    )


def breaks(found: Sequence[Part]) -> str:
    """One block with <br> at each line's end."""
    return f"<div>{lines(found, lambda item: f'{esc(item.text)}<br />')}</div>"


def inline(found: Sequence[Part]) -> str:
    """Words in spans and bold type, blanks as &nbsp;, characters as numbers."""

    def write(item: Item) -> str:
        words = [f"<span style='color:#333'>{esc(word)}</span>" for word in item.text.split(" ")]
        words[0] = f"<strong>{''.join(f'&#{ord(character)};' for character in item.text.split(' ')[0])}</strong>"
        return f"<p>{'&nbsp;'.join(words)}</p>"

    return lines(found, write)


def listed(found: Sequence[Part]) -> str:
    """Items with typed markers in lists without bullets."""
    chunks = groupby(found, key=lambda part: isinstance(part, Item) and part.style)
    return "\n".join(_list(style, list(group)) if style else headed(list(group)) for style, group in chunks)


def _list(style: str | bool, group: Sequence[Part]) -> str:
    items = "".join(f"<li>{esc(part.text)}" for part in group if isinstance(part, Item))
    return f"<ul>{items}</ul>" if style == "bullet" else f'<ol style="list-style: none">{items}</ol>'


def numbered(found: Sequence[Part]) -> str:
    """Lists that the browser numbers."""
    chunks = groupby(found, key=lambda part: _CSS.get(part.style, "") if isinstance(part, Item) else "")
    return "\n".join(_counted(style, list(group)) if style else headed(list(group)) for style, group in chunks)


def _counted(style: str, group: Sequence[Part]) -> str:
    items = (f"<li value={part.number}><p>{esc(part.bare)}</p></li>" for part in group if isinstance(part, Item))
    return f'<ol style="list-style-type:{style}">{"".join(items)}</ol>'


def nested(found: Sequence[Part]) -> str:
    """Every text under a heading in an item of a list, with its own lists and tables inside."""
    written, is_open = ["<ul class=sections style='list-style:none'>"], False
    for part in found:
        if isinstance(part, Item) and part.is_heading:
            written.append("</li><li>" if is_open else "<li>")
            is_open = True
        written.append(spanned(part) if isinstance(part, Rows) else f"<div><span>{esc(part.text)}</span></div>")
    return "".join([*written, "</li></ul>" if is_open else "</ul>"])


def defined(found: Sequence[Part]) -> str:
    """A list of definitions: headings as terms that unfold."""
    return (
        "<dl>"
        + "".join(
            f"<dt><button type=button aria-expanded=false>{esc(part.text)}</button>"
            if isinstance(part, Item) and part.is_heading
            else f"<dd>{headed([part])}"
            for part in found
        )
        + "</dl>"
    )


def verbatim(found: Sequence[Part]) -> str:
    """A text file as a browser shows it."""
    rows = ("\n".join("\t".join(row) for row in part.cells) if isinstance(part, Rows) else part.text for part in found)
    return f"<pre style='white-space: pre-wrap'>{esc(chr(10).join(rows))}</pre>"


def laid_out(found: Sequence[Part]) -> str:
    """A page of old: a table for its layout, <FONT>, tags left open."""
    body = lines(found, lambda item: f"<P><FONT SIZE=2 face='굴림'>{esc(item.text)}</FONT>")
    return f"<TABLE WIDTH=100%><TR><TD WIDTH=20>&nbsp;<TD>{body}</TD></TR></TABLE>"


def word(found: Sequence[Part]) -> str:
    """HTML that Word saves."""
    body = lines(
        found,
        lambda item: (
            f"<p class=MsoNormal style='margin:0'><span lang=KO style='font-family:\"맑은 고딕\"'>"
            f"{esc(item.text)}<o:p></o:p></span></p><p class=MsoNormal><o:p>&nbsp;</o:p></p>"
        ),
        spanned,
    )
    return (
        f"<!--[if gte mso 9]><xml><w:WordDocument></w:WordDocument></xml><![endif]--><div class=Section1>{body}</div>"
    )


def page(body: str, head: str = '<meta charset="utf-8">') -> str:
    """A bare page around a body."""
    return f"<!DOCTYPE html><html lang=ko><head>{head}<title>개인정보 처리방침</title></head><body>{body}</body></html>"


def saved(body: str, head: str = '<meta charset="utf-8">') -> str:
    """A page as saved from a site: menus, banner, footer, scripts, hidden parts around the policy."""
    around = f"""<a class="skip-nav" href="#content">본문 바로가기</a><header id=top><a href="/"><img alt="로고"></a>
<nav><ul>{_MENU}</ul></nav></header><div id="cookie-banner" class="cookie-banner"><p>이 사이트는 쿠키를 씁니다.
계속 쓰시면 동의로 봅니다.</p><button>모두 동의</button></div><div style="display:none">팝업: 오늘 하루 보지 않기</div>
<ul class=lnb>{_MENU}</ul><div id=content>{body}</div>
<footer><p>(주)보기회사 대표 홍길동 | 사업자등록번호 000-00-00000</p><ul>{_MENU}</ul><p>Copyright 보기회사</p></footer>
<script>var policy = "<p>제1조 스크립트</p>";</script><noscript>자바스크립트를 켜 주십시오.</noscript>"""
    style = "<style>body { color: black } .a::before { content: '가' }</style>"
    return page(around, f"{head}{style}<script src=/a.js></script>")


LAYOUTS: dict[str, Callable[[Sequence[Part]], str]] = {
    "div": div,
    "headings": headed,
    "br": breaks,
    "inline": inline,
    "lists": listed,
    "numbered-lists": numbered,
    "nested-lists": nested,
    "definitions": defined,
    "pre": verbatim,
    "layout-table": laid_out,
    "word": word,
}
