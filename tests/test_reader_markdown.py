"""Tests of data/readers/markdown.py."""

import pytest

from data.document import read_document

POLICY = """# 개인정보 처리방침 #

회사는 **이용자**의 [개인정보](https://a.kr/b "제목")를 *소중히* 합니다.
---
## 제1조 (목적)
* 이름
+ `전화`
1. 하나\\_둘
> 인용
| 항목 | 목적 |
|:-----|------|
| 이름<br>주소 | **본인** 확인 |

```
2 * 3 * 4
```
"""


def test_marks_are_taken_off_and_structure_stays() -> None:
    assert read_document(POLICY.encode()).text.split("\n") == [
        "개인정보 처리방침",
        "회사는 이용자의 개인정보를 소중히 합니다.",
        "제1조 (목적)",
        "- 이름",
        "- 전화",
        "1. 하나_둘",
        "인용",
        "항목\t목적",
        "이름 주소\t본인 확인",
        "2 * 3 * 4",
    ]


@pytest.mark.parametrize("text", ["# 1 개인정보\n* 이름\n** 중요 **", "제1조\n-----\n가 | 나", "개인정보 #1 #2"])
def test_text_that_only_looks_like_it_a_little_is_kept(text: str) -> None:
    assert read_document(text.encode()).text == text


@pytest.mark.parametrize("mark", ["*", "**", "[", "](", "`", "\\", "|", "> ", "# ", "__a", "~~", "![", "<br"])
def test_long_runs_of_marks_end_soon(mark: str) -> None:
    text = "# 개인정보\n## 처리방침\n" + "회사는 개인정보를 처리합니다.\n" * 500 + mark * 5_000
    assert read_document(text.encode()).text.startswith("개인정보\n처리방침\n")


def test_a_quote_is_marked_at_the_beginning_alone() -> None:
    document = read_document("# 가\n# 나\n> 고객센터 > 약관".encode())
    assert document.text == "가\n나\n고객센터 > 약관"
