"""A page of figures in Korean and English: one HTML file, no network, tables that sort."""

from collections.abc import Iterable, Mapping, Sequence
from html import escape

from eval.bilingual import both

_HEAD = """<!doctype html><html lang="ko"><meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy"
 content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
<title>방침 분류 평가 · Evaluation</title><style>
body{font:15px/1.5 system-ui,'Noto Sans KR','Noto Sans CJK KR',sans-serif;max-width:1000px;margin:2em auto;
 padding:0 1em;color:#111;word-break:keep-all;overflow-wrap:break-word}
table{border-collapse:collapse;margin:.6em 0}th,td{padding:.2em .7em;border-bottom:1px solid #ddd;text-align:right}
.ko [lang=en],.ko .dot,.en [lang=ko],.en .dot{display:none}
nav{float:right}nav button{font:inherit;border:1px solid #ccc;background:#fff;padding:.1em .7em;cursor:pointer}
nav button[aria-pressed=true]{background:#111;color:#fff}
th[aria-sort=ascending]::after{content:' ▲'}th[aria-sort=descending]::after{content:' ▼'}
td{white-space:nowrap}td:first-child,.text td{white-space:normal}
th:first-child,td:first-child,.text td,.text th{text-align:left;vertical-align:top}thead th{cursor:pointer}
svg{max-width:100%;height:auto}svg text{font-size:11px}
code{background:#f3f4f6;padding:.1em .3em;word-break:break-all}
mark{background:#fde68a}mark.against{background:#bfdbfe}small{color:#555}
</style>"""

_SWITCH = """<nav><button data-show="ko">한국어</button><button data-show="en">English</button></nav>"""

_SCRIPT = """<script>
const show = language => {
  document.body.className = language;
  for (const one of document.querySelectorAll('nav button')) one.ariaPressed = one.dataset.show === language;
};
for (const one of document.querySelectorAll('nav button')) one.onclick = () => show(one.dataset.show);
show(navigator.language.startsWith('ko') ? 'ko' : 'en');
for (const head of document.querySelectorAll('thead th')) head.onclick = () => {
  const body = head.closest('table').tBodies[0], at = head.cellIndex, down = head.ariaSort !== 'descending';
  for (const one of head.parentNode.cells) one.ariaSort = null;
  head.ariaSort = down ? 'descending' : 'ascending';
  const key = row => row.cells[at].textContent, by = new Intl.Collator('ko', {numeric: true});
  const order = (a, b) => isNaN(key(a)) || isNaN(key(b)) ? by.compare(key(a), key(b)) : key(a) - key(b);
  body.append(...[...body.rows].sort((a, b) => down ? order(b, a) : order(a, b)));
};
</script>"""


def page(parts: Iterable[str], made: Mapping[str, object]) -> str:
    """The whole page of parts that are HTML already, and below them how the figures were made.

    Without scripts it shows both languages.
    """
    below = [heading(2, "만든 방법 · How this was made"), provenance(made)]
    return "\n".join([_HEAD, _SWITCH, *parts, *below, _SCRIPT, "</html>\n"])


def heading(level: int, text: str) -> str:
    """A heading; like all texts here in one language or, as `한국어 · English`, in both."""
    return f"<h{level}>{both(text)}</h{level}>"


def note(text: str) -> str:
    """A paragraph."""
    return f"<p>{both(text)}</p>"


def table(head: Iterable[str], rows: Iterable[Sequence[str]]) -> str:
    """Figures under a head that sorts them."""
    heads = "".join(f"<th>{both(name)}" for name in head)
    body = "".join("<tr>" + "".join(f"<td>{both(cell)}" for cell in row) for row in rows)
    return f"<table><thead><tr>{heads}</thead><tbody>{body}</tbody></table>"


def provenance(made: Mapping[str, object]) -> str:
    """Command, data, versions and date, a row each."""
    cells = "".join(f"<tr><td>{both(_MADE.get(name, name))}<td>{_value(value)}" for name, value in made.items())
    return f'<table class="text"><tbody>{cells}</tbody></table>'


_MADE = {
    "command": "명령 · command",
    "data": "자료의 sha256 · sha256 of the data",
    "documents": "문서 · documents",
    "units": "본문과 표의 행 · body and row units",
    "date": "날짜 · date",
    "versions": "버전 · versions",
    "fitted": "새로 맞춘 값 · fitted",
}


def _value(value: object) -> str:
    if isinstance(value, Mapping):
        return "<br>".join(f"{escape(str(name))} {_value(one)}" for name, one in value.items())
    return f"<code>{escape(str(value))}</code>"
