"""A page of figures in Korean and English: one HTML file, no network, tables that sort."""

from collections.abc import Iterable, Mapping, Sequence
from html import escape

_HEAD = """<!doctype html><html lang="ko"><meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy"
 content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
<title>방침 분류 평가 · Evaluation</title><style>
body{font:15px/1.5 system-ui,'Noto Sans KR','Noto Sans CJK KR',sans-serif;max-width:1000px;margin:2em auto;
 padding:0 1em;color:#111;word-break:keep-all;overflow-wrap:break-word}
table{border-collapse:collapse;margin:.6em 0}th,td{padding:.2em .7em;border-bottom:1px solid #ddd;text-align:right}
td{white-space:nowrap}td:first-child,.text td{white-space:normal}
th:first-child,td:first-child,.text td,.text th{text-align:left;vertical-align:top}thead th{cursor:pointer}
svg{max-width:100%;height:auto}svg text{font-size:11px}
code{background:#f3f4f6;padding:.1em .3em;word-break:break-all}
mark{background:#fde68a}mark.against{background:#bfdbfe}small{color:#555}
</style>"""

_SORT = """<script>
for (const head of document.querySelectorAll('thead th')) head.onclick = () => {
  const body = head.closest('table').tBodies[0], at = head.cellIndex;
  const down = head.dataset.down = head.dataset.down ? '' : '1';
  const key = row => row.cells[at].textContent, by = new Intl.Collator('ko', {numeric: true});
  const order = (a, b) => isNaN(key(a)) || isNaN(key(b)) ? by.compare(key(a), key(b)) : key(a) - key(b);
  body.append(...[...body.rows].sort((a, b) => down ? order(b, a) : order(a, b)));
};
</script>"""


def page(parts: Iterable[str], made: Mapping[str, object]) -> str:
    """The whole page of parts that are HTML already, and below them how the figures were made."""
    below = ["<h2>만든 방법 · How this was made</h2>", provenance(made)]
    return "\n".join([_HEAD, *parts, *below, _SORT, "</html>\n"])


def table(head: Iterable[str], rows: Iterable[Sequence[str]]) -> str:
    """Figures under a head that sorts them."""
    heads = "".join(f"<th>{escape(name)}" for name in head)
    body = "".join("<tr>" + "".join(f"<td>{escape(cell)}" for cell in row) for row in rows)
    return f"<table><thead><tr>{heads}</thead><tbody>{body}</tbody></table>"


def provenance(made: Mapping[str, object]) -> str:
    """Command, data, versions and date, a row each."""
    cells = "".join(f"<tr><td>{escape(name)}<td>{_value(value)}" for name, value in made.items())
    return f'<table class="text"><tbody>{cells}</tbody></table>'


def _value(value: object) -> str:
    if isinstance(value, Mapping):
        return "<br>".join(f"{escape(str(name))} {_value(one)}" for name, one in value.items())
    return f"<code>{escape(str(value))}</code>"
