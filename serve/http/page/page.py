"""The page's files with headers that allow just their own style and script."""

import base64
import hashlib
import json
import re
from functools import cache
from importlib.resources import files

from fastapi.responses import HTMLResponse

from data.labels import LABELS

_PLACE_OF_LABELS = "/* labels: key, Korean, English */ []"
_INLINE = re.compile(r"<(style|script)>(.*?)</\1>", re.DOTALL)


@cache
def page_response(name: str) -> HTMLResponse:
    """The page of that file's name."""
    names = json.dumps([(label.key, label.korean, label.english) for label in LABELS], ensure_ascii=False)
    html = files("serve.http.page").joinpath(name).read_text(encoding="utf-8").replace(_PLACE_OF_LABELS, names)
    return HTMLResponse(html, headers={"content-security-policy": _policy(html)})


def _policy(html: str) -> str:
    """Nothing from elsewhere; of styles and scripts only those that stand in the page, known by their hashes."""
    allowed = " ".join(f"{kind}-src '{_hash(content)}';" for kind, content in _INLINE.findall(html))
    own = "connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    return f"default-src 'none'; {allowed} {own}"


def _hash(content: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
