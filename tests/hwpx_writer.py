"""Writes HWPX files for tests."""

import io
import zipfile

NAMESPACES = (
    'xmlns:hp="http://www.hancom.co.kr/hwpml/2011/paragraph" xmlns:hs="http://www.hancom.co.kr/hwpml/2011/section" '
    'xmlns:hh="http://www.hancom.co.kr/hwpml/2011/head"'
)
HEADER = f"""<hh:head {NAMESPACES}><hh:refList>
<hh:numberings><hh:numbering id="1" start="0"><hh:paraHead start="1" level="1" numFormat="DIGIT">제^1조</hh:paraHead>
<hh:paraHead start="1" level="2" numFormat="HANGUL_SYLLABLE">^2.</hh:paraHead></hh:numbering></hh:numberings>
<hh:bullets><hh:bullet id="2" char="●"/></hh:bullets>
<hh:paraProperties><hh:paraPr id="0"><hh:heading type="NONE" idRef="0" level="0"/></hh:paraPr>
<hh:paraPr id="1"><hh:heading type="NUMBER" idRef="1" level="0"/></hh:paraPr>
<hh:paraPr id="2"><hh:heading type="NUMBER" idRef="1" level="1"/></hh:paraPr>
<hh:paraPr id="3"><hh:heading type="BULLET" idRef="2" level="0"/></hh:paraPr></hh:paraProperties>
</hh:refList></hh:head>"""


def paragraph(text: str, shape: int = 0) -> str:
    return f'<hp:p paraPrIDRef="{shape}"><hp:run charPrIDRef="0"><hp:t>{text}</hp:t></hp:run></hp:p>'


def cell(text: str, rows: int = 1, columns: int = 1) -> str:
    span = f'<hp:cellSpan colSpan="{columns}" rowSpan="{rows}"/>'
    return f"<hp:tc><hp:subList>{paragraph(text)}</hp:subList>{span}</hp:tc>"


def table(*rows: str) -> str:
    content = "".join(f"<hp:tr>{row}</hp:tr>" for row in rows)
    return f"<hp:p><hp:run><hp:tbl>{content}</hp:tbl><hp:t/></hp:run></hp:p>"


def archive(*sections: str, header: str = HEADER, **parts: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("mimetype", "application/hwp+zip")
        file.writestr("Contents/header.xml", header)
        for number, section in enumerate(sections):
            file.writestr(f"Contents/section{number}.xml", f"<hs:sec {NAMESPACES}>{section}</hs:sec>")
        for name, content in parts.items():
            file.writestr(name.replace("__", "/"), content)
    return buffer.getvalue()
