"""A page as somebody without scripts has it: its forms with what is filled in, its links, its words."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

from werkzeug.test import TestResponse


@dataclass
class Form:
    """A form, and what its browser would send."""

    action: str
    method: str
    fields: dict[str, list[str]] = field(default_factory=dict)
    choices: dict[str, list[str]] = field(default_factory=dict)
    """What may be chosen, by the name of the radio buttons or of the select."""
    buttons: list[dict[str, str]] = field(default_factory=list)

    def filled(self, **changed: object) -> dict[str, list[str]]:
        """What is sent after somebody has changed a few fields."""
        more = {name: value if isinstance(value, list) else [value] for name, value in changed.items()}
        return {**self.fields, **more}

    def one(self, name: str) -> str:
        """The value of a field that is there once."""
        (value,) = self.fields[name]
        return value

    def button(self, words: str) -> dict[str, str]:
        """The attributes of the button that says this."""
        return next(button for button in self.buttons if words in button["words"])


@dataclass
class Page:
    """What was read."""

    words: str
    forms: list[Form]
    links: dict[str, str]
    tags: list[tuple[str, dict[str, str]]]

    def form(self, action: str) -> Form:
        """The form that is sent there."""
        return next(form for form in self.forms if form.action.partition("?")[0] == action)

    def all(self, tag: str, /, **attributes: str) -> list[dict[str, str]]:
        """The attributes of every such tag."""
        wanted = {key.replace("_", "-").strip("-"): value for key, value in attributes.items()}
        return [found for name, found in self.tags if name == tag and wanted.items() <= found.items()]


def read(answer: TestResponse | str) -> Page:
    """Read an answer."""
    reader = _Reader()
    reader.feed(answer if isinstance(answer, str) else answer.text)
    words = re.sub(r"\s+", " ", "".join(reader.words))
    return Page(words, reader.forms, reader.links, reader.tags)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self.forms: list[Form] = []
        self.links: dict[str, str] = {}
        self.tags: list[tuple[str, dict[str, str]]] = []
        self._form: Form | None = None
        self._text: tuple[str, list[str]] | None = None
        self._select = ""
        self._option: tuple[dict[str, str], list[str]] | None = None
        self._link: tuple[str, list[str]] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        self.tags.append((tag, found))
        if tag == "a" and "href" in found:
            self._link = (found["href"], [])
        elif tag == "form":
            self._form = Form(found.get("action", ""), found.get("method", "get"))
            self.forms.append(self._form)
        elif self._form is not None:
            self._control(tag, found, self._form)

    def _control(self, tag: str, found: dict[str, str], form: Form) -> None:
        name = found.get("name", "")
        if tag == "input" and name and found.get("type") != "file":
            self._input(found, form)
        elif tag == "textarea":
            self._text = (name, [])
        elif tag == "select":
            self._select = name
        elif tag == "option":
            self._option = (found, [])
        elif tag == "button":
            form.buttons.append({**found, "words": ""})

    def _input(self, found: dict[str, str], form: Form) -> None:
        name, value = found["name"], found.get("value", "")
        if found.get("type") == "radio":
            form.choices.setdefault(name, []).append(value)
        if found.get("type") not in {"radio", "checkbox"} or "checked" in found:
            form.fields.setdefault(name, []).append(value)

    def handle_data(self, data: str) -> None:
        self.words.append(data)
        if self._text:
            self._text[1].append(data)
        if self._link:
            self._link[1].append(data)
        if self._option:
            self._option[1].append(data)
        if self._form and self._form.buttons:
            self._form.buttons[-1]["words"] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "textarea" and self._text and self._form:
            self._form.fields[self._text[0]] = ["".join(self._text[1])]
            self._text = None
        elif tag == "option" and self._option and self._form:
            self._chosen(*self._option, self._form)
            self._option = None
        elif tag == "a" and self._link:
            self.links[" ".join("".join(self._link[1]).split())] = self._link[0]
            self._link = None

    def _chosen(self, found: dict[str, str], words: list[str], form: Form) -> None:
        value = found.get("value", "".join(words).strip())
        form.choices.setdefault(self._select, []).append(value)
        if "selected" in found or self._select not in form.fields:
            form.fields[self._select] = [value]
