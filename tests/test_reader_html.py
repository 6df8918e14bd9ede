"""Tests of data/readers/html.py and page.py: blocks, lists, tables, furniture, hostile pages."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.document import DocumentError, Limits, read_document
from data.readers import read
from data.readers.read import read_as

FILLER = (
    "<p>회사는 이용자의 개인정보를 중요하게 여기며 관련 법령을 지킵니다. 수집한 정보는 목적 밖으로 쓰지 않습니다.</p>"
    * 5
)


@pytest.fixture(autouse=True)
def _in_this_process(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A child process a page would take a tenth of a second; what it adds is tested by those who ask for it."""
    if "child" not in request.node.name:
        monkeypatch.setattr(read, "read_isolated", read_as)


def lines(html: str, limits: Limits | None = None) -> list[str]:
    return read_document(html.encode(), limits=limits or Limits()).text.split("\n")


def reason(html: str, limits: Limits | None = None) -> str:
    with pytest.raises(DocumentError) as caught:
        lines(html, limits)
    return caught.value.reason


def test_blocks_are_lines() -> None:
    html = "<h2>제1조 <b>(목적)</b></h2>앞글<p>첫째\n  줄<br>둘째&nbsp;줄</p>뒷글<div>하나<div>둘</div>셋</div>"
    assert lines(html) == ["제1조 (목적)", "앞글", "첫째 줄", "둘째 줄", "뒷글", "하나", "둘", "셋"]


def test_inline_elements_join_and_text_is_composed() -> None:
    assert lines("<p>개인<span>정보</span><a href=x>처리</a>\u200b방침</p>") == ["개인정보처리방침"]
    assert lines("<p>\u1100\u1161\u11a8 이름</p>") == ["각 이름"]


def test_lists_have_their_markers() -> None:
    html = "<ol><li>하나<ul><li>가지</ul><li value=7>일곱<li>여덟</ol><ol type=A start=2><li>비</ol><ul><li>점</ul>"
    assert lines(html) == ["1. 하나", "- 가지", "7. 일곱", "8. 여덟", "B. 비", "- 점"]


def test_markers_are_not_doubled() -> None:
    html = "<ul><li>① 이름<li>가. 주소<li>- 전화</ul><ol style='list-style: none'><li>나이</ol>"
    assert lines(html) == ["① 이름", "가. 주소", "- 전화", "나이"]


def test_a_marker_stands_before_the_first_line_of_its_item() -> None:
    assert lines("<ol><li><p>첫 문단</p><p>다음 문단</p></li></ol>") == ["1. 첫 문단", "다음 문단"]


def test_table_rows_are_lines_with_tabs() -> None:
    html = "<table><tr><th>항목<th>목적</tr><tr><td>이름<br>전화<td><p>본인</p><p>확인</p></tr></table>"
    assert lines(html) == ["항목\t목적", "이름 전화\t본인 확인"]


def test_spans_are_resolved() -> None:
    html = """<table><tr><th rowspan=2>구분<th colspan=2>항목<th rowspan=2>기간</tr><tr><th>필수<th>선택</tr>
    <tr><td rowspan=3>회원<td>이름<td>성별<td>1년</tr><tr><td colspan=2>주소<td>2년</tr></table>"""
    assert lines(html) == [
        "구분\t항목\t기간",
        "구분\t필수\t선택\t기간",
        "회원\t이름\t성별\t1년",
        "회원\t주소\t2년",
    ]


def test_layout_tables_are_blocks() -> None:
    inner = "<table><tr><td>이름<td>1년</table>"
    assert lines(f"<table><tr><td>메모<td><p>처음</p>{inner}<p>끝말</p></table>") == [
        "메모",
        "처음",
        "이름\t1년",
        "끝말",
    ]
    assert lines("<table><tr><td><p>하나</p><p>둘</p></td></tr></table>") == ["하나", "둘"]
    assert lines(f"<table><tr><td>현행<td>개정</tr><tr><td>{FILLER * 12}<td>같음</table>")[:2] == ["현행", "개정"]


def test_verbatim_text_keeps_its_lines() -> None:
    assert lines("<p>앞</p><pre>제1조\n  목적\n\n제2조</pre>") == ["앞", "제1조", "목적", "제2조"]
    assert lines("<div style='white-space: pre-wrap'>하나\n둘</div>") == ["하나", "둘"]
    assert lines("<p>앞</p><textarea readonly>하나\r\n둘</textarea>") == ["앞", "하나", "둘"]


@pytest.mark.parametrize(
    "furniture",
    [
        "<script>var 가 = '나';</script>",
        "<style>.가 {}</style>",
        "<nav>메뉴</nav>",
        "<div role=navigation>메뉴</div>",
        "<footer>주소 서울</footer>",
        "<header><h1><a href=/>상호</a></h1>검색</header>",
        "<div id=cookie-banner>쿠키를 씁니다</div>",
        "<div id='onetrust-consent-sdk'>쿠키 동의</div>",
        "<div hidden>숨김</div>",
        "<div style='color:red; DISPLAY : none'>숨김</div>",
        "<p aria-hidden=true>숨김</p>",
        "<dialog>알림</dialog>",
        "<button>인쇄</button>",
        "<select><option>2020년 방침<option>2021년</select>",
        "<ul>" + "".join(f"<li><a href=/{page}>{page}쪽</a>" for page in range(5)) + "</ul>",
        "<div class='skip-nav'><a href=#m>본문 바로가기</a></div>",
        "<!-- 주석 -->",
        "<?php 처리 ?>",
        "<template><p>틀</p></template>",
    ],
)
def test_furniture_is_dropped(furniture: str) -> None:
    assert lines(f"<body>{furniture}{FILLER}</body>") == lines(FILLER)
    assert lines(f"<body><div>{FILLER}</div>{furniture}</body>") == lines(FILLER)


@pytest.mark.parametrize(
    "kept",
    [
        "<header><h1>개인정보 처리방침</h1></header>",
        "<details><summary>제1조</summary>접힌 내용</details>",
        "<h3><button aria-expanded=false>제2조 수집</button></h3>",
        "<section id=cookie-policy>쿠키의 운영</section>",
        "<ul>" + "".join(f"<li><a href=#{article}>제{article}조</a>" for article in range(5)) + "</ul>",
        "<section><footer>시행일: 2026년 1월 1일</footer></section>",
        "<table><tr><td>책임자<td>김가나</table>",
    ],
)
def test_policy_is_kept(kept: str) -> None:
    assert len(lines(f"<body>{kept}{FILLER}</body>")) > len(lines(FILLER))


def test_a_policy_in_furniture_is_kept() -> None:
    for wrapper in ("nav", "footer", "div hidden", "div class=cookie-notice", "div style='display:none'"):
        html = f"<body><p>제목</p><{wrapper}>{FILLER}</{wrapper.split()[0]}></body>"
        assert lines(html) == ["제목", *lines(FILLER)], wrapper


def test_folded_sections_that_make_up_the_page_are_kept() -> None:
    html = "".join(f"<h2>제{n}조</h2><div style='display:none'>{FILLER}</div>" for n in range(1, 6))
    assert len(lines(html)) == 5 + 5 * len(lines(FILLER))


def test_the_main_part_alone_is_read_where_it_holds_nearly_all() -> None:
    assert lines(f"<div>회사 소개</div><main>{FILLER}</main><div>맨 위로</div>") == lines(FILLER)
    assert lines(f"<div>{FILLER}</div><main>짧은 글</main>") == [*lines(FILLER), "짧은 글"]


def test_hidden_parts_of_some_size_are_told() -> None:
    page = f"<body>{FILLER}{FILLER}<div hidden>{FILLER}</div></body>"
    assert read_document(page.encode()).unread == ("hidden parts of the page, 225 Hangul characters",)
    assert read_document(f"<body>{FILLER}<p hidden>숨김</p></body>".encode()).unread == ()


def test_strays_in_a_table_are_not_lost() -> None:
    assert lines("<table>떠돌이<tr><td>이름<td>전화</tr></table>") == ["떠돌이", "이름", "전화"]
    assert lines("<table><tr><td>이름<td>전화</tr>끝</table>") == ["이름", "전화", "끝"]


def test_declared_charsets_are_read() -> None:
    html = f"<html><head><meta charset='euc-kr'></head><body>{FILLER}똠방</body></html>"
    assert read_document(html.encode("cp949")).text.endswith("똠방")
    xhtml = f'<?xml version="1.0" encoding="euc-kr"?><html xmlns="http://www.w3.org/1999/xhtml"><body>{FILLER}</body></html>'
    assert read_document(xhtml.encode("cp949")).text == read_document(FILLER.encode()).text


def test_text_with_angle_brackets_is_no_html() -> None:
    text = "<개인정보 처리방침>\n회사는 <표 1>과 같이 <별지>를 처리합니다. a < b"
    assert read_document(text.encode()).text == text


def test_plain_text_with_stray_tags_is_kept() -> None:
    text = "수탁자\t<p>개인정보의 수집 및 보관</p> <ul> ○ 고객문의</ul>\n" * 3 + "회사는 개인정보를 처리합니다.\n" * 200
    assert read_document(text.encode()).text == text
    assert lines("개인정보<p>하나</p><p>둘</p><p>셋</p>") == ["개인정보", "하나", "둘", "셋"]


def test_a_page_of_scripts_or_pictures_has_no_text() -> None:
    assert reason("<html><body><div id=root></div><script src=app.js></script></body></html>") == "no-text"
    assert reason("<html><body><img src=policy.png><p>불러오는 중</p></body></html>") == "no-text"
    assert reason("<html></html>") == "no-text"
    assert reason("<html><body><p>Privacy policy of our company in English</p></body></html>") == "not-korean"


@pytest.mark.parametrize(
    "html",
    [
        "<div>" * 10_000 + "가나다",
        "<table><tr><td>" * 10_000 + "가나다",
        "<ul><li>가" * 2_000,
        "<p>가" * 15_000,
        "<b>" * 200 + "<p>가</p>" * 3_000,
        "<table>" + "<tr>" + "<td rowspan=1000000000>가" * 1000 + "<tr><td>나" * 300 + "</table>",
        "<table><tr><td rowspan=999999999999999999999 colspan=1000000000>가<td>나<tr><td>다</table>",
        "<table>" + "<tr><td>가<td>나" * 10_000 + "</table>",
        "<!DOCTYPE html [<!ENTITY a '가가가'><!ENTITY b '&a;&a;&a;'>]><p>&b;가나다</p>",
        "<p>" + "&#44032;" * 20_000,
        "<" * 500_000 + "p>가",
        "<p " + "a=b " * 100_000 + ">가나다</p>",
        "<p>\0가&#0;나&#xD800;다&#x110000;</p>",
        "<p>" + "<input>가" * 20_000,
        "<ol start=99999999999999999999><li value=-5>가<li value=x>나</ol>",
        "<html>" + "가" * 300_000,
    ],
)
def test_hostile_pages_end_soon(html: str) -> None:
    start = time.process_time()
    try:
        assert lines(html)
    except DocumentError as error:
        assert error.reason in ("too-large", "too-slow", "no-text")
    assert time.process_time() - start < 5


def test_cells_are_limited() -> None:
    html = "<table>" + "<tr><td rowspan=90>가<td>나" * 100 + "</table>"
    assert reason(html, Limits(cells=500)) == "too-large"
    assert reason(html, Limits(characters=500)) == "too-large"


def test_pages_are_read_in_a_child(monkeypatch: pytest.MonkeyPatch) -> None:
    html = f"<body>{FILLER}</body>"
    found = lines(html)
    assert reason("<p>영어</p>" + "<p>text</p>" * 99) == "not-korean"
    assert reason(html, Limits(seconds=0.001)) == "too-slow"
    monkeypatch.setattr(read, "read_isolated", read_as)
    assert lines(html) == found


@settings(deadline=None)
@given(st.lists(st.text(st.characters(categories=("Lo", "Nd", "Po")), min_size=1), min_size=1, max_size=5))
def test_no_text_of_a_paragraph_is_lost(texts: list[str]) -> None:
    escaped = [text.replace("&", "&amp;").replace("<", "&lt;") for text in texts]
    html = (
        "<html><body><p>개인정보 처리방침입니다</p>" + "".join(f"<p>{text}</p>" for text in escaped) + "</body></html>"
    )
    try:
        found = read_document(html.encode()).text
    except DocumentError as error:
        assert error.reason == "not-korean"
        return
    assert len(found.split("\n")) == 1 + len(texts)


TAGS = (
    "<p> </p> <table> <tr> <td> </table> <ul> <li> </ul> <ol> <pre> </pre> <br> <main> </main> <nav> <div> </div> "
    "<footer> <script> </script> <!-- --> & < <a> 가나다 라 <textarea> </textarea> <h1> </h1> <template> <select> <svg>"
)


@settings(deadline=None)
@given(st.lists(st.sampled_from([*TAGS.split(), "\n", "<div hidden>"]), max_size=40))
def test_any_tag_soup_is_read_or_refused(parts: list[str]) -> None:
    try:
        found = read_document(("<html>개인정보" + "".join(parts)).encode())
    except DocumentError as error:
        assert error.reason in ("no-text", "not-korean")
    else:
        assert all(line == line.strip() and line for line in found.text.split("\n"))


def test_tabs_of_verbatim_text_part_cells() -> None:
    assert lines("<pre>항목\t기간\n이름\t 1년</pre>") == ["항목\t기간", "이름\t1년"]


def test_lists_count_in_hangul() -> None:
    assert lines("<ol style='list-style-type: hangul'><li>이름<li>전화</ol>") == ["가. 이름", "나. 전화"]
