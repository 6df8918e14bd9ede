"""A byte-mutating fuzzer: sound files of every format, bent at random, end with text or a named reason."""

import io
import random
import zipfile
from typing import get_args

import pytest
from bad_files import POLICY, packed, whole
from patience import PATIENT
from policy_office import hwp_unpacked
from policy_parts import parts

from data.document import DocumentError, Reason, read_document

MUTANTS = 40
"""Of each format; another number of the seed gives others."""

TOKENS = (b"\0", b"\xff", b"\xff\xff\xff\x7f", b"\0\0\0\x80", b"<", b"</", b"&#x0;", b">>", b"endobj", b"9" * 9, b"-1")
SOUND = {**whole(), "hwp": hwp_unpacked(parts(POLICY)), "markdown": f"# 가\n\n# 나\n\n{POLICY}".encode()}


def bent(raw: bytes, generator: random.Random) -> bytes:
    """The bytes after one to twelve changes."""
    mutant = bytearray(raw)
    for _ in range(generator.randint(1, 12)):
        place = generator.randrange(len(mutant) + 1)
        block = bytes(mutant[place : place + generator.choice((1, 2, 8, 100))])
        match generator.randrange(5):
            case 0 if block:
                mutant[place] ^= 1 << generator.randrange(8)
            case 1:
                mutant[place : place + len(block)] = generator.randbytes(len(block))
            case 2:
                del mutant[place : place + len(block)]
            case 3:
                mutant[place:place] = block * generator.choice((1, 3, 300))
            case _:
                mutant[place:place] = generator.choice(TOKENS)
    return bytes(mutant)


def bent_inside(raw: bytes, generator: random.Random) -> bytes:
    """The archive with one of its parts bent: its checksums are right, so that the reader comes to see it."""
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    name = generator.choice([name for name in files if name.endswith(".xml")])
    return packed(**(files | {name: bent(files[name], generator)}))


@pytest.mark.slow
@pytest.mark.parametrize("name", SOUND)
def test_bent_files_end_with_text_or_a_reason(name: str) -> None:
    for seed in range(MUTANTS):
        generator = random.Random(f"{name} {seed}")
        inside = SOUND[name].startswith(b"PK") and seed % 4
        raw = bent_inside(SOUND[name], generator) if inside else bent(SOUND[name], generator)
        try:
            assert read_document(raw, limits=PATIENT).text.strip(), seed
        except DocumentError as error:
            assert error.reason in get_args(Reason) and error.reason != "too-slow", (seed, error)


def test_mutants_differ_and_come_again() -> None:
    found = [bent(SOUND["text"], random.Random(seed)) for seed in (1, 2, 1)]
    assert found[0] == found[2]
    assert len({*found, SOUND["text"]}) == 3
