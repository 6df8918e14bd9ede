"""What of an HTML page is no policy: scripts, hidden parts, menus, footers, cookie banners.

Prunes with care: what may be policy stays. A part that is pruned by a guess stays where it holds a
good share of the page's Hangul.
"""

import re
from collections.abc import Callable, Iterable

from lxml import etree

LARGEST_FURNITURE = 0.3
"""A menu, banner or footer with a larger share of the page's Hangul is taken for policy."""

LARGEST_HIDDEN = 0.5
"""If the hidden parts together hold a larger share, they are folded sections of the policy, and stay."""

MAIN_SHARE = 0.9
"""A <main> or <article> is taken for the whole policy if it holds this share of the Hangul outside links."""

_NEVER_SHOWN = (
    "script", "style", "noscript", "template", "head", "svg", "math", "canvas", "iframe", "object", "embed", "audio",
    "video", "select", "datalist", "input", "map", "rp", "noframes",
)  # fmt: skip
_DROPPED = "dropped"
_HIDING_STYLE = re.compile(r"(?:display\s{0,9}:\s{0,9}none|visibility\s{0,9}:\s{0,9}hidden)", re.I)
_COOKIE_BANNER = re.compile(
    r"(?:cookie|consent|gdpr)[-_]?(?:banner|bar|popup|notice|modal|layer|overlay|dialog|message|alert|wall)"
    r"|onetrust|cybotcookiebot|didomi|usercentrics|cc-window",
    re.I,
)
_SKIP_LINK = re.compile(
    r"(?:^|[\s_-])skip(?:[\s_-]?(?:nav|navi|navigation|link|links|menu|content|to))?(?:$|[\s_-])", re.I
)
_HANGUL = re.compile(r"[가-힣ᄀ-ᇿ]")
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_LINKS_OF_A_MENU = 5
_NO_MENU_LINKS = ("#", "http:", "https:", "mailto:")


class _Hangul:
    """How many Hangul characters stand in each element, and how many of them in links. Counted once, bottom up."""

    def __init__(self, root: etree._Element) -> None:
        self._all: dict[etree._Element, int] = {}
        self._linked: dict[etree._Element, int] = {}
        for _, element in etree.iterwalk(root, events=("end",)):
            self._count(element)

    def of(self, element: etree._Element) -> int:
        """The Hangul in the element."""
        return self._all[element]

    def outside_links(self, element: etree._Element) -> int:
        """The Hangul in the element that is not in a link."""
        return self._all[element] - self._linked[element]

    def _count(self, element: etree._Element) -> None:
        own = _hangul(element.text) + sum(self._all[child] + _hangul(child.tail) for child in element)
        self._all[element] = own
        self._linked[element] = own if element.tag == "a" else sum(self._linked[child] for child in element)


def _hangul(text: str | None) -> int:
    return len(_HANGUL.findall(text)) if text else 0


def prune(root: etree._Element) -> int:
    """Takes out of the page, in place, what is surely or very likely no policy. Returns the Hangul of hidden parts."""
    etree.strip_elements(root, *_NEVER_SHOWN, with_tail=False)
    hidden = _drop_hidden(root)
    _drop_furniture(root)
    _keep_main(root)
    return hidden


def _drop(root: etree._Element, elements: Iterable[etree._Element]) -> None:
    """Removes the elements and leaves the text behind them where it stands."""
    for element in elements:
        element.tag = _DROPPED
    etree.strip_elements(root, _DROPPED, with_tail=False)


def _drop_hidden(root: etree._Element) -> int:
    count = _Hangul(root)
    hidden = _outermost(root, _is_hidden)
    size = sum(map(count.of, hidden))
    if size > LARGEST_HIDDEN * count.of(root):
        return 0
    _drop(root, hidden)
    return size


def _drop_furniture(root: etree._Element) -> None:
    count = _Hangul(root)
    most = LARGEST_FURNITURE * count.of(root)
    furniture = _outermost(root, lambda element: _is_furniture(element, count))
    _drop(root, [element for element in furniture if count.of(element) <= most])


def _outermost(root: etree._Element, wanted: Callable[[etree._Element], bool]) -> list[etree._Element]:
    """The elements that are wanted and stand in no other such element."""
    found: list[etree._Element] = []
    inside: set[etree._Element] = set()
    for element in root.iterdescendants():
        if element.getparent() in inside:
            inside.add(element)
        elif wanted(element):
            inside.add(element)
            found.append(element)
    return found


def _is_hidden(element: etree._Element) -> bool:
    if not element.attrib and element.tag != "dialog":
        return False
    hides = element.get("hidden") is not None or (element.tag == "dialog" and element.get("open") is None)
    return hides or element.get("aria-hidden") == "true" or bool(_HIDING_STYLE.search(element.get("style", "")))


def _is_navigation(element: etree._Element, count: _Hangul) -> bool:
    if element.tag == "nav" or element.get("role") in ("navigation", "menu", "menubar", "search"):
        return True
    return bool(_SKIP_LINK.search(f"{element.get('class', '')} {element.get('id', '')}"))


def _is_footer(element: etree._Element, count: _Hangul) -> bool:
    return (element.tag == "footer" or element.get("role") == "contentinfo") and _is_of_the_page(element)


def _is_banner(element: etree._Element, count: _Hangul) -> bool:
    """A <header> of the page, if no heading of its own stands in it."""
    if not ((element.tag == "header" or element.get("role") == "banner") and _is_of_the_page(element)):
        return False
    return not any(count.outside_links(heading) for heading in element.iter(*_HEADINGS))


def _is_of_the_page(element: etree._Element) -> bool:
    return next(element.iterancestors("article", "main", "section"), None) is None


def _is_cookie_banner(element: etree._Element, count: _Hangul) -> bool:
    return bool(_COOKIE_BANNER.search(f"{element.get('class', '')} {element.get('id', '')}"))


def _is_button(element: etree._Element, count: _Hangul) -> bool:
    """A button that opens no section: the titles of folded sections are buttons too."""
    if element.tag != "button" or element.get("aria-expanded") is not None or element.get("aria-controls") is not None:
        return False
    return next(element.iterancestors("dt", "summary", "li", "td", *_HEADINGS), None) is None


def _is_menu(element: etree._Element, count: _Hangul) -> bool:
    """A list of nothing but links to other pages of the site. Links within the page are its table of contents."""
    if element.tag not in ("ul", "ol") or next(element.iterancestors("td", "th", "main", "article"), None) is not None:
        return False
    links = [link for link in element.iter("a") if not link.get("href", "").startswith(_NO_MENU_LINKS)]
    return len(links) >= _LINKS_OF_A_MENU and count.of(element) == sum(map(count.of, links))


_TESTS = (_is_navigation, _is_footer, _is_banner, _is_cookie_banner, _is_button, _is_menu)
_SUSPECT_TAGS = frozenset(("nav", "footer", "header", "button", "ul", "ol"))


def _is_furniture(element: etree._Element, count: _Hangul) -> bool:
    if element.tag not in _SUSPECT_TAGS and not element.attrib:
        return False
    return any(test(element, count) for test in _TESTS)


def _keep_main(root: etree._Element) -> None:
    """Where one <main> or <article> holds nearly all text outside links, the rest of the page goes."""
    mains = _outermost(root, _is_main)
    if len(mains) == 1:
        count = _Hangul(root)
        if count.outside_links(mains[0]) >= MAIN_SHARE * count.outside_links(root):
            _drop_around(mains[0])


def _is_main(element: etree._Element) -> bool:
    return element.tag in ("main", "article") or element.get("role") == "main"


def _drop_around(element: etree._Element) -> None:
    """Takes out everything beside the element, but not its ancestors."""
    while (parent := element.getparent()) is not None:
        for sibling in list(parent):
            if sibling is not element:
                parent.remove(sibling)
        parent.text = element.tail = None
        element = parent
