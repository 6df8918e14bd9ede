"""Writes PDF files for tests, operator by operator."""

FONT = b"/BaseFont /HYSMyeongJo-Medium"
OBJECTS = (
    b"<< /Type /Catalog /Pages 2 0 R >>",
    b"",
    b"<< /Type /Font /Subtype /Type0 %b /Encoding /UniKS-UCS2-H /DescendantFonts [4 0 R] >>" % FONT,
    b"<< /Type /Font /Subtype /CIDFontType0 %b /DW 1000 /FontDescriptor 5 0 R "
    b"/CIDSystemInfo << /Registry (Adobe) /Ordering (Korea1) /Supplement 2 >> >>" % FONT,
    b"<< /Type /FontDescriptor /FontName /HYSMyeongJo-Medium /Flags 6 /FontBBox [0 -148 1001 880] /ItalicAngle 0 "
    b"/Ascent 880 /Descent -120 /CapHeight 800 /StemV 80 >>",
    b"<< /Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8 /Length 1 >>\n"
    b"stream\nx\nendstream",
)


def pdf(*pages: bytes, declared: int | None = None, trailer: bytes = b"") -> bytes:
    """A PDF of A4 pages with these contents; UTF-16 text by a Korean font of the reader."""
    objects, kids = list(OBJECTS), []
    for content in pages:
        number = len(objects) + 1
        resources = b"<< /Font << /F 3 0 R >> /XObject << /P 6 0 R >> >>"
        page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources %b /Contents %d 0 R >>"
        objects.append(page % (resources, number + 1))
        objects.append(b"<< /Length %d >>\nstream\n%b\nendstream" % (len(content), content))
        kids.append(b"%d 0 R" % number)
    objects[1] = b"<< /Type /Pages /Count %d /Kids [%b] >>" % (declared or len(kids), b" ".join(kids))
    raw, places = b"%PDF-1.5\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(raw))
        raw += b"%d 0 obj\n%b\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"trailer << /Size %d /Root 1 0 R %b >>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, trailer, len(raw))
    return raw + b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1) + table + end


def show(x: float, y: float, text: str, size: int = 10) -> bytes:
    return b"BT /F %d Tf %f %f Td <%b> Tj ET\n" % (size, x, y, text.encode("utf-16-be").hex().encode())


def column(*texts: str, x: float = 50, y: float = 700) -> bytes:
    return b"".join(show(x, y - 15 * number, text) for number, text in enumerate(texts))


def rule(*ends: float) -> bytes:
    return b"%f %f m %f %f l S\n" % ends
