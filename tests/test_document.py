"""Tests of data/document.py: any bytes become a Document or a DocumentError with a reason."""

import gzip
import io
import subprocess
import sys
import unicodedata
import zipfile
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.document import Document, DocumentError, Limits, Reason, read_document

POLICY = "개인정보 처리방침\r\n\r\n제1조(목적) 회사는 개인정보를\t처리합니다. 😀\n\u200b① 이름\n"


def reason_of(source: bytes | Path, limits: Limits | None = None) -> Reason:
    with pytest.raises(DocumentError) as caught:
        read_document(source, limits=limits or Limits())
    return caught.value.reason


def test_plain_text_is_kept_character_for_character() -> None:
    assert read_document(POLICY.encode()).text == POLICY
    nfd = unicodedata.normalize("NFD", POLICY)
    assert read_document(nfd.encode()).text == nfd


def test_only_the_bom_is_dropped() -> None:
    assert read_document(POLICY.encode("utf-8-sig")) == Document("document", POLICY)


@settings(deadline=None)
@given(st.text(max_size=200))
def test_any_text_is_kept_or_refused(text: str) -> None:
    text = f"개인정보 처리방침 이용약관 {text.replace('<', '').replace('#', '').replace('|', '')}"
    try:
        assert read_document(text.encode()).text == text
    except DocumentError as error:
        assert error.reason in ("not-korean", "format")


@pytest.mark.parametrize(
    "text",
    [
        "# 개인정보 처리방침\n\n## 제1조\n**이름**을 모읍니다.\n| 항목 | 기간 |\n|---|---|\n| 이름 | 1년 |\n",
        "\ufeff개인정보 처리방침",
        "개인정보 처리방침을 %PDF-1.7 파일로 받기",
    ],
)
def test_a_field_of_text_is_kept_whatever_it_looks_like(text: str) -> None:
    assert read_document(text) == Document("document", text)


def test_a_field_of_html_is_read_as_a_page_whatever_charset_it_declares() -> None:
    assert read_document('<meta charset="euc-kr"><p>개인정보<p>처리방침').text == "개인정보\n처리방침"


def test_half_a_surrogate_pair_in_a_field_moves_no_offset() -> None:
    document = read_document("개인정보 처리방침 \ud83d 이용자의 권리")
    assert (document.text, document.unread) == (
        "개인정보 처리방침 \ufffd 이용자의 권리",
        ("1 characters that could not be decoded",),
    )


def test_fields_have_limits_too() -> None:
    for text, limits, reason in (
        (" \n", Limits(), "empty"),
        ("plain words", Limits(), "not-korean"),
        ("가" * 99, Limits(size=200), "too-large"),
    ):
        with pytest.raises(DocumentError) as caught:
            read_document(text, limits=limits)
        assert caught.value.reason == reason


@settings(deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(raw: bytes) -> None:
    try:
        assert read_document(raw).text.strip()
    except DocumentError as error:
        assert error.reason in get_args(Reason)


def test_a_file_is_named_by_its_name(tmp_path: Path) -> None:
    path = tmp_path / "방침.pdf"
    path.write_text(POLICY, encoding="utf-8", newline="")
    assert read_document(path) == Document("방침.pdf", POLICY)
    assert read_document(path, "회사").id == "회사"


def test_a_missing_file_and_a_folder_are_unreadable(tmp_path: Path) -> None:
    assert reason_of(tmp_path / "none.txt") == "unreadable"
    assert reason_of(tmp_path) == "unreadable"


def test_the_message_names_the_document_and_the_cure() -> None:
    with pytest.raises(DocumentError) as caught:
        read_document(b"", "acme")
    assert str(caught.value) == "acme: an empty file; expected the text of a policy"
    assert caught.value.reason == "empty"


@pytest.mark.parametrize("raw", [b"", b" \n\t ", b"\xef\xbb\xbf", b"\xff\xfe", " \n".encode("utf-16")])
def test_empty(raw: bytes) -> None:
    assert reason_of(raw) == "empty"


def _zip(name: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(name, "x")
    return buffer.getvalue()


@pytest.mark.parametrize(
    "raw",
    [
        b"\x89PNG\r\n\x1a\n" + bytes(100),
        b"\xff\xd8\xff\xe0" + bytes(100),
        gzip.compress(POLICY.encode()),
        b"\x7fELF" + bytes(range(256)),
        bytes(1000),
        bytes(range(256)) * 20,
        _zip("xl/workbook.xml"),
        b"{\\rtf1 hello}",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "WordDocument".encode("utf-16-le"),
        b"HWP Document File V3.00 \x1a\x01\x02\x03\x04\x05" + bytes(100),
    ],
)
def test_files_that_are_no_policy_are_refused_by_format(raw: bytes) -> None:
    assert reason_of(raw) == "format"


def test_a_broken_archive_and_a_locked_file() -> None:
    assert reason_of(_zip("word/document.xml")[:-30]) == "broken"
    assert reason_of(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le")) == "encrypted"


@pytest.mark.parametrize(
    "text", ["Privacy policy. " * 40, "12345 67", "個人情報保護方針について" * 9, "Policy " * 200 + "가"]
)
def test_text_without_hangul_is_not_korean(text: str) -> None:
    assert reason_of(text.encode()) == "not-korean"


def test_a_few_words_are_enough() -> None:
    assert read_document("이름, e-mail".encode()).text == "이름, e-mail"


def test_limits_are_named() -> None:
    raw = POLICY.encode() * 10
    assert reason_of(raw, Limits(size=100)) == "too-large"
    with pytest.raises(DocumentError, match=r"Limits\.characters"):
        read_document(raw, limits=Limits(characters=100))


def test_a_large_file_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "large.txt"
    with path.open("wb") as file:
        file.truncate(50_000_000)
    assert reason_of(path) == "too-large"


def test_import_stays_light() -> None:
    program = (
        "import sys, data.document; print([m for m in ('lxml', 'docx', 'pypdfium2', 'numpy') if m in sys.modules])"
    )
    root = Path(__file__).parents[1]
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=root, check=True)
    assert done.stdout.strip() == "[]"
