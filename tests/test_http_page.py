"""The page at / in headless Chromium: colours, topics, jumps, filter, keyboard, languages, dark, a phone, files."""

import shutil
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from data.gold import LabelledDocument
from data.labels import LABELS
from model.bundle import Bundle
from tests.serving import RealServer, real_server

playwright = pytest.importorskip("playwright.sync_api", reason="no playwright; pip install 'bangchim[dev]'")

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
TOKEN = "0123456789abcdef"
PERSON = {"authorization": f"Bearer {TOKEN}"}
PHONE = {"width": 375, "height": 812}

pytestmark = pytest.mark.skipif(not CHROMIUM, reason="no browser; apt-get install chromium")


@pytest.fixture(scope="module")
def server(tiny_bundle: Bundle) -> Iterator[RealServer]:
    with real_server(tiny_bundle.folder, environment={"BANGCHIM_TOKEN": TOKEN}) as server:
        yield server


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with playwright.sync_playwright() as playing:
        browser = playing.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


@pytest.fixture
def visit(browser: Any, server: RealServer) -> Iterator[Any]:
    """Opens the page; afterwards nothing was asked of anybody else and the browser found nothing wrong."""
    contexts, asked, wrong = [], [], []

    def open_page(path: str = "/", **options: Any) -> Any:
        contexts.append(
            browser.new_context(**{"locale": "ko-KR", "viewport": {"width": 1280, "height": 900}} | options)
        )
        page = contexts[-1].new_page()
        page.set_default_timeout(60_000)
        page.on("request", lambda request: asked.append(request.url))
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda said: wrong.append(said.text) if "401" not in said.text else None)
        page.goto(server.url + path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert asked and all(url.startswith((server.url, "data:")) for url in asked)
    assert not [message for message in wrong if "status of 422" not in message]


@pytest.fixture(scope="module")
def text(policies: list[LabelledDocument]) -> str:
    return policies[0].document.text


@pytest.fixture(scope="module")
def policy(server: RealServer, text: str) -> dict[str, Any]:
    """What the server says of the text."""
    answer = httpx.post(f"{server.url}/v1/documents", json={"text": text}, headers=PERSON, timeout=60)
    found: dict[str, Any] = answer.json()["documents"][0]
    assert sum(topic["clauses"] > 1 for topic in found["topics"]) > 1, "a policy that shows nothing"
    return found


def classify(page: Any, text: str) -> None:
    """Pastes the text; the first try asks for the token."""
    page.fill("#source", text)
    page.press("#source", "Control+Enter")
    page.fill("#token", TOKEN)
    page.click("button.main")
    page.wait_for_selector("#result:not([hidden])")


def test_clauses_have_the_colour_of_their_topic_and_topics_their_count(visit: Any, policy: Any, text: str) -> None:
    page = visit()
    classify(page, text)
    assert page.locator("#topics .count").all_inner_texts() == [str(topic["clauses"]) for topic in policy["topics"]]
    units = page.locator(".unit")
    assert units.count() == len(policy["units"])
    colours = dict(zip([topic["label"] for topic in policy["topics"]], hues(page, "#topics .dot"), strict=True))
    assert len(set(colours.values())) == len(LABELS)
    shown = page.eval_on_selector_all(".unit", "found => found.map(item => getComputedStyle(item).borderLeftColor)")
    for unit, colour in zip(policy["units"], shown, strict=True):
        best = max(unit["labels"], key=unit["scores"].__getitem__, default=None)
        assert colour == (colours[best] if best else "rgba(0, 0, 0, 0)")
    first = policy["units"][0]
    assert units.first.inner_text().startswith(policy["text"][first["start"] : first["end"]].replace("\t", " │ "))


def test_a_topic_jumps_filters_and_lets_go(visit: Any, policy: Any, text: str) -> None:
    page = visit()
    classify(page, text)
    topic = max(policy["topics"], key=lambda topic: 0 < topic["clauses"] < len(policy["units"]) and topic["clauses"])
    button = page.locator(f"#topics button[data-label={topic['label']}]")
    button.click()
    assert button.get_attribute("aria-pressed") == "true"
    assert page.locator(".unit:not(.faded)").count() == topic["clauses"]
    current = page.locator(".unit.current")
    assert current.count() == 1 and current.evaluate("item => item === document.activeElement")
    playwright.expect(current).to_be_in_viewport()
    here, dot = hues(page, ".unit.current", "borderLeftColor"), hues(page, "#topics [aria-pressed=true] .dot")
    assert here == dot
    page.check("#only")
    assert page.locator(".unit:visible").count() == topic["clauses"]
    page.locator(".unit:visible").first.focus()
    page.keyboard.press("Escape")
    assert page.locator(".unit:visible").count() == len(policy["units"])
    assert page.locator(".unit.faded").count() == 0


def test_keys_step_and_scores_show(visit: Any, policy: Any, text: str) -> None:
    page = visit()
    classify(page, text)
    labelled = [number for number, unit in enumerate(policy["units"]) if unit["labels"]]
    page.locator("#topics button").first.focus()
    steps = []
    for key in ("n", "n", "p", "p"):
        page.keyboard.press(key)
        steps.append(page.eval_on_selector_all(".unit", "all => all.findIndex(one => one.matches('.current'))"))
    assert steps == [labelled[0], labelled[1], labelled[0], labelled[-1]]
    unit = page.locator(".unit.labelled").first
    unit.hover()
    assert page.locator(".scores:visible").count() == 1
    best = max(policy["units"][labelled[0]]["scores"].values())
    assert unit.locator(".scores").inner_text().split("\n")[1] == f"{best:.2f}"


def test_korean_and_english(visit: Any, text: str) -> None:
    page = visit(locale="en-US")
    assert page.locator("button.main").inner_text() == "Classify"
    classify(page, text)
    for language, names in (
        ("en", [label.english for label in LABELS]),
        ("ko", [label.korean for label in LABELS]),
    ):
        assert page.get_attribute("html", "lang") == language
        assert page.locator("#topics .name").all_inner_texts() == names
        page.click("#language")
    assert visit(locale="ko-KR").locator("button.main").inner_text() == "분류"


def test_light_and_dark_can_be_read(visit: Any, text: str) -> None:
    for scheme, dark in (("light", False), ("dark", True)):
        page = visit(color_scheme=scheme)
        classify(page, text)
        style = "item => [getComputedStyle(item).color, getComputedStyle(item).backgroundColor]"
        body = [luminance(colour) for colour in page.eval_on_selector("body", style)]
        assert (body[1] < body[0]) is dark
        pairs = {selector: page.eval_on_selector(selector, style) for selector in ("body", "button.main")}
        for label in LABELS:
            page.eval_on_selector(".unit.labelled", f"item => item.style.setProperty('--hue', 'var(--{label.key})')")
            ink, paper = page.eval_on_selector(".unit.labelled", style)
            pairs[label.key] = ink, paper
            pairs[f"scores of {label.key}"] = page.eval_on_selector(".unit.labelled .marks", style)[0], paper
        for place, colours in pairs.items():
            low, high = sorted(map(luminance, colours))
            assert (high + 0.05) / (low + 0.05) >= 4.5, (scheme, place)  # WCAG 2, level AA


def test_a_phone_needs_no_scrolling_sideways(visit: Any, text: str) -> None:
    page = visit(viewport=PHONE, is_mobile=True, has_touch=True)
    classify(page, text + "\n가나다라" + "https://example.test/" + "a" * 500)
    for _ in range(2):
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        page.click("#language")
    page.locator("#topics button:not(.none)").first.tap()
    playwright.expect(page.locator(".unit.current")).to_be_in_viewport()


def test_a_file_is_chosen_or_dropped(visit: Any, policy: Any, text: str) -> None:
    page = visit()
    classify(page, "제1조 회사는 이름을 수집합니다.")
    page.set_input_files("#file", {"name": "policy.txt", "mimeType": "text/plain", "buffer": text.encode()})
    playwright.expect(page.locator(".unit")).to_have_count(len(policy["units"]), timeout=60_000)
    drop = """() => {
        const carried = new DataTransfer();
        carried.items.add(new File(["제2조 우리는 번호를 지웁니다."], "b.txt", {type: "text/plain"}));
        document.body.dispatchEvent(new DragEvent("drop", {dataTransfer: carried, bubbles: true, cancelable: true}));
    }"""
    page.evaluate(drop)
    playwright.expect(page.locator("#text")).to_contain_text("제2조 우리는 번호를 지웁니다.", timeout=60_000)


def test_errors_are_told(visit: Any) -> None:
    page = visit()
    page.click("button.main")
    assert page.locator("#error").inner_text() == "먼저 글을 붙여 넣거나 파일을 고르세요."
    page.fill("#source", "We collect your name. " * 9)
    page.click("button.main")
    page.fill("#token", TOKEN)
    page.click("button.main")
    playwright.expect(page.locator("#error")).to_contain_text("0 Hangul", timeout=60_000)
    playwright.expect(page.locator("button.main")).to_be_enabled()


def test_the_description_shows_every_route(visit: Any, server: RealServer) -> None:
    page = visit("/docs", extra_http_headers=PERSON)
    paths = httpx.get(f"{server.url}/openapi.json", headers=PERSON).json()["paths"]
    playwright.expect(page.locator("#routes details")).to_have_count(sum(map(len, paths.values())))


def hues(page: Any, selector: str, of: str = "backgroundColor") -> list[str]:
    """The colour in which each of the elements shows its topic; a topic without clauses has a hollow dot."""
    expression = """(found, of) => found.map(item => {
        if (of !== "backgroundColor") return getComputedStyle(item)[of];
        const shown = document.createElement("i");
        shown.style.color = getComputedStyle(item.parentElement).getPropertyValue("--hue");
        document.body.append(shown);
        const colour = getComputedStyle(shown).color;
        shown.remove();
        return colour;
    })"""
    colours: list[str] = page.eval_on_selector_all(selector, expression, of)
    return colours


def luminance(colour: str) -> float:
    """Relative luminance of a computed colour, rgb(0-255) or color(srgb 0-1), after WCAG 2."""
    numbers = [
        float(part) for part in colour.partition("(")[2].rstrip(")").replace("srgb", "").replace(",", " ").split()
    ]
    scale = 1 if colour.startswith("color(") else 255
    linear = [(c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4) for c in (n / scale for n in numbers[:3])]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
