"""Tests of data/charset.py: every charset Korean files come in, and bytes that are none."""

import codecs

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.charset import declared, decode, misread_as
from data.readers.reading import DocumentError

POLICY = "제1조(목적) 회사는 개인정보를 처리합니다.\r\n① 이름, 이메일\t5년 보관하며 이용 후 파기합니다.\n"
KOREAN_TEXT = st.text(
    st.characters(min_codepoint=0xAC00, max_codepoint=0xD7A3) | st.sampled_from("., 1aZ\n\t()①-"), min_size=30
).map(lambda text: f"개인정보 처리방침 {text}")


@pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp949"])
def test_decodes_each_charset_character_for_character(charset: str) -> None:
    assert decode(POLICY.encode(charset)).text == POLICY


@pytest.mark.parametrize("bom, charset", [(codecs.BOM_UTF16_BE, "utf-16-be"), (codecs.BOM_UTF8, "utf-8")])
def test_drops_the_bom_alone(bom: bytes, charset: str) -> None:
    assert decode(bom + POLICY.encode(charset)).text == POLICY


@settings(deadline=None)
@given(KOREAN_TEXT)
def test_utf8_is_kept_for_any_text(text: str) -> None:
    assert decode(text.encode()).text == text


@settings(deadline=None)
@given(KOREAN_TEXT)
def test_cp949_is_kept_for_any_text(text: str) -> None:
    raw = text.encode("cp949")
    assert decode(raw).text == text


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_decoded_or_refused_with_a_reason(raw: bytes) -> None:
    try:
        assert isinstance(decode(raw).text, str)
    except DocumentError as error:
        assert error.reason in ("charset", "format")


@pytest.mark.parametrize(
    "head, charset",
    [
        (b'<meta charset="euc-kr">', "cp949"),
        (b"<META http-equiv=Content-Type content='text/html; charset=KS_C_5601-1987'>", "cp949"),
        (b'<?xml version="1.0" encoding="UTF-8"?>', "utf-8"),
        (b"<p>charset=euc-kr</p>", None),
    ],
)
def test_finds_the_declared_charset(head: bytes, charset: str | None) -> None:
    assert declared(head) == charset


def test_euc_kr_declared_reads_syllables_beyond_it() -> None:
    text = '<meta charset="euc-kr"><p>똠방각하 펲시콜라 개인정보</p>'
    assert decode(text.encode("cp949")).text == text


@pytest.mark.parametrize("wrong", ["utf-16", "shift_jis", "no-such-charset", "euc-kr", "iso-8859-1", "rot13", "hex"])
def test_a_wrong_declaration_does_no_harm(wrong: str) -> None:
    text = f'<meta charset="{wrong}"><p>{POLICY * 3}</p>'
    assert decode(text.encode()).text == text


def test_a_utf8_declaration_over_cp949_does_no_harm() -> None:
    text = f'<meta charset="utf-8"><p>{POLICY}</p>'
    assert decode(text.encode("cp949")).text == text


def test_few_broken_characters_are_borne_and_told() -> None:
    reading = decode((POLICY * 4).encode() + b"\xec")
    assert reading.text.endswith("\ufffd")
    assert reading.unread == ("1 characters that could not be decoded",)


def test_many_broken_characters_are_refused() -> None:
    raw = bytes(byte ^ 0x15 if place % 7 == 0 else byte for place, byte in enumerate((POLICY * 9).encode()))
    with pytest.raises(DocumentError) as caught:
        decode(raw)
    assert caught.value.reason in ("charset", "format")


@pytest.mark.parametrize(
    "wrong, right", [("latin-1", "utf-8"), ("latin-1", "cp949"), ("cp949", "utf-8"), ("cp1252", "cp949")]
)
def test_mojibake_is_refused_by_name(wrong: str, right: str) -> None:
    garbled = (POLICY * 3).encode(right).decode(wrong, "replace")
    assert misread_as(garbled)
    with pytest.raises(DocumentError, match="garbled") as caught:
        decode(garbled.encode("utf-8"))
    assert caught.value.reason == "charset"


@pytest.mark.parametrize("text", ["개인정보", "Hello", "", "個人情報 처리 방침", "쀍뷁 똠방"])
def test_good_text_is_no_mojibake(text: str) -> None:
    assert misread_as(text) is None
