"""Reads a page as a strict reader would, and says what is wrong with it."""

from __future__ import annotations

import re
from html.parser import HTMLParser

VOID = {"meta", "link", "input", "br", "hr", "wbr", "col", "circle", "path", "rect", "line"}
NEVER = {"img", "object", "embed", "style", "math", "base", "video", "audio"}
SVG_NEVER = {"image", "use", "foreignobject", "animate", "set"}
OURS = re.compile(r"/(?!/)[^\\]*")
SCRIPT = re.compile(r"/static/[a-z0-9./-]+\.js(\?v=[^?]*)?")
LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}")


class Read(HTMLParser):
    """A page taken apart: `problems`, its `text`, `links`, headings and marks."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.problems: list[str] = []
        self.links: list[str] = []
        self.tags: list[str] = []
        self.pieces: list[str] = []
        self.marks: list[str] = []
        self.levels: list[int] = []
        self.forms: list[str] = []
        self._in_svg: list[str] = []
        self._open: list[str] = []
        self._ids: set[str] = set()
        self.feed(page)
        self.close()
        self.text = " ".join("".join(self.pieces).split())
        self._check_whole()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self.tags.append(tag)
        if "svg" in self._open:
            self._in_svg.append(tag)
        self._check_tame(tag, attrs)
        if "href" in values:
            self._check_link(tag, values)
        if "lang" in values and not LANGUAGE.fullmatch(values["lang"] or ""):
            self.problems.append(f"lang={values['lang']}")
        if "id" in values:
            if values["id"] in self._ids:
                self.problems.append(f"id {values['id']} twice")
            self._ids.add(values["id"] or "")
        if re.fullmatch("h[1-6]", tag):
            self.levels.append(int(tag[1]))
        if tag not in VOID:
            self._open.append(tag)

    def _check_tame(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what could act, load or send elsewhere."""
        values = dict(attrs)
        if tag in NEVER or tag in SVG_NEVER:
            self.problems.append(f"<{tag}>")
        if tag == "script" and not (
            SCRIPT.fullmatch(values.get("src") or "") and "defer" in values
        ):
            self.problems.append(f"script {values}")
        if tag == "iframe" and not (
            "sandbox" in values and "allow-scripts" not in (values["sandbox"] or "")
        ):
            self.problems.append(f"iframe {values}")
        if tag == "meta" and "http-equiv" in values:
            self.problems.append("meta http-equiv")
        for name, value in attrs:
            ours = OURS.fullmatch(value or "") is not None
            if name.startswith(("on", "hx-on", "hx-vals", "hx-headers")) or name in (
                "style",
                "srcdoc",
                "background",
            ):
                self.problems.append(f"{tag} {name}={value}")
            if name in ("src", "hx-get", "hx-post") and not ours:
                self.problems.append(f"{tag} {name}={value}")
        if tag == "form":
            self.forms.append(values.get("action") or "")
            if not OURS.fullmatch(self.forms[-1]):
                self.problems.append(f"form to {values.get('action')}")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Read `<path/>`: of SVG only, where it ends at once."""
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self._open.pop()

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open[-1] != tag:
            self.problems.append(f"</{tag}> inside {self._open[-3:]}")
        if tag in self._open:
            while self._open.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        self.pieces.append(data)
        if self._open and self._open[-1] == "mark":
            self.marks.append(data)

    def _check_link(self, tag: str, values: dict[str, str | None]) -> None:
        href = values["href"] or ""
        self.links.append(href)
        if href.startswith(("https://", "http://")):
            if tag != "a" or "noopener" not in (values.get("rel") or ""):
                self.problems.append(f"outward link without rel: {href}")
        elif not re.match(r"/(?!/)|#", href) and not href.startswith("mailto:"):
            self.problems.append(f"{tag} href={href}")

    def _check_whole(self) -> None:
        if self._open:
            self.problems.append(f"left open: {self._open}")
        if self.levels.count(1) != 1 or self.levels[0] != 1:
            self.problems.append(f"headings: {self.levels}")
        for before, after in zip(self.levels, self.levels[1:], strict=False):
            if after > before + 1:
                self.problems.append(f"heading {after} after {before}")
        for landmark in ("main", "title"):
            if self.tags.count(landmark) - self._in_svg.count(landmark) != 1:
                self.problems.append(f"{self.tags.count(landmark)} x {landmark}")
        if self.forms[:1] != ["/search"]:
            self.problems.append(f"forms: {self.forms}")
