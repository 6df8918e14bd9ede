"""ZIP archives (DOCX, HWPX) opened with care: no bombs, no locks, XML without entities and network."""

import io
import zipfile

from lxml import etree

from data.readers.reading import DocumentError, Limits, too_large

_LOCKED = 0x1


def open_archive(raw: bytes, limits: Limits) -> zipfile.ZipFile:
    """The archive, if its parts unpack within the limit. Python unpacks no part beyond the size that it declares."""
    archive = zipfile.ZipFile(io.BytesIO(raw))
    parts = archive.infolist()
    if sum(part.file_size for part in parts) > limits.expanded:
        raise too_large("bytes once unpacked", limits.expanded, "expanded")
    if any(part.flag_bits & _LOCKED for part in parts):
        raise DocumentError("encrypted", "an archive locked by a password; save it without one")
    return archive


def parse_part(archive: zipfile.ZipFile, name: str) -> etree._Element:
    """The XML of one part."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        return etree.fromstring(archive.read(name), parser)
    except (etree.XMLSyntaxError, zipfile.BadZipFile, KeyError) as error:
        raise DocumentError("broken", f"its part {name} cannot be read ({error}); save the file again") from error


def local(element: etree._Element) -> str:
    """The name of the element without its namespace."""
    return str(element.tag).rpartition("}")[2]
