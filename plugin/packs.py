"""Packs: the law and the presets of `config`, read once; a bad file stops the start."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from copy import deepcopy
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml
from marshmallow import ValidationError

from plugin.policy.facts import Place
from plugin.policy.terms import LawPack
from plugin.schemas.law import LawSchema
from plugin.schemas.policy import BadPolicy, parse_policy
from plugin.schemas.strict import Errors, flatten

__all__ = ["BadPack", "BadPolicy", "Packs", "parse_policy"]

Document = dict[str, Any]

# What is said of one pack only and never passed on to those that inherit from it.
_OWN = ("applies_to", "inherits")


class BadPack(ValueError):
    """A law pack or preset that cannot be used; the message says where and why."""

    code = "bad_pack"


class Packs:
    """The law packs and the presets, ready to be asked."""

    def __init__(
        self,
        *,
        law: Mapping[str, LawPack],
        members: Mapping[str, str],
        presets: Mapping[str, Document],
    ) -> None:
        """Keep packs by id, the pack of each member country, and presets by name."""
        self.law_packs = MappingProxyType(dict(law))
        self._members = dict(members)
        self._presets = dict(presets)

    @classmethod
    def load(cls, law: Path, presets: Path) -> Packs:
        """Read both folders; raises `BadPack` on the first file that is not sound."""
        documents = _read_folder(law)
        return cls(
            law={id: _parse_law(documents, id, law) for id in documents},
            members=_members(documents, law),
            presets=_read_presets(presets),
        )

    def law_for(self, place: Place) -> LawPack | None:
        """Find the nearest pack: the region's, the country's, the union's."""
        wanted = (
            f"{place.country}-{place.region}",
            place.country,
            self._members.get(place.country, ""),
        )
        return next((self.law_packs[id] for id in wanted if id in self.law_packs), None)

    @property
    def preset_names(self) -> tuple[str, ...]:
        """The presets, by name in order."""
        return tuple(sorted(self._presets))

    def preset(self, name: str) -> Document:
        """Give a fresh copy of a preset's document; `KeyError` when there is none."""
        return deepcopy(self._presets[name])


def _members(documents: Mapping[str, Document], folder: Path) -> dict[str, str]:
    """Say which pack a member country falls under; two may not claim the same."""
    found: dict[str, str] = {}
    for id, document in documents.items():
        for country in document.get("applies_to", ()):
            if country in found:
                path = folder / f"{id}.yaml"
                why = f"`{country}` is in `{found[country]}.yaml` already"
                raise _bad(path, {"applies_to": [why]})
            found[country] = id
    return found


def _read_presets(folder: Path) -> dict[str, Document]:
    documents = _read_folder(folder)
    for name, document in documents.items():
        try:
            parse_policy(document, version=name)
        except BadPolicy as error:
            raise _bad(folder / f"{name}.yaml", error.errors) from error
    return documents


def _read_folder(folder: Path) -> dict[str, Document]:
    documents = {path.stem: _read(path) for path in sorted(folder.glob("*.yaml"))}
    if not documents:
        raise BadPack(f"no *.yaml files in `{folder}`; point to the folder of packs")
    return documents


def _read(path: Path) -> Document:
    try:
        document = yaml.load(path.read_text("utf-8"), Loader=_Loader)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise BadPack(f"`{path.name}` is not readable YAML; fix: {error}") from error
    if not isinstance(document, dict):
        raise BadPack(f"`{path.name}` must be a mapping; start it with `schema: 1`")
    return document


class _Loader(yaml.SafeLoader):
    """Safe YAML in which no key may be written twice."""

    def construct_mapping(
        self, node: yaml.MappingNode, deep: bool = False
    ) -> dict[Hashable, Any]:
        keys = [key.value for key, _ in node.value]
        twice = next((key for i, key in enumerate(keys) if key in keys[:i]), None)
        if twice is not None:
            where = node.start_mark
            raise yaml.MarkedYAMLError(None, None, f"`{twice}` is there twice", where)
        return super().construct_mapping(node, deep)


def _parse_law(documents: Mapping[str, Document], id: str, folder: Path) -> LawPack:
    path = folder / f"{id}.yaml"
    try:
        pack: LawPack = LawSchema().load(_merged(documents, id, path))
    except ValidationError as error:
        raise _bad(path, flatten(error.messages)) from error
    if pack.id != id:
        raise _bad(
            path, {"id": [f"`{pack.id}` is not the file's name; make them equal"]}
        )
    return pack


def _merged(documents: Mapping[str, Document], id: str, path: Path) -> Document:
    """Lay a pack over the one it inherits from, key by key."""
    document = documents[id]
    parent = document.get("inherits")
    if parent is None:
        return document
    if parent not in documents or documents[parent].get("inherits") is not None:
        known = [k for k, d in documents.items() if d.get("inherits") is None]
        why = f"`{parent}` cannot be inherited; use one of {', '.join(known)}"
        raise _bad(path, {"inherits": [why]})
    base = {k: v for k, v in documents[parent].items() if k not in _OWN}
    return _laid_over(base, document)


def _laid_over(base: Document, overlay: Document) -> Document:
    merged = dict(base)
    for key, value in overlay.items():
        below = merged.get(key)
        if isinstance(below, dict) and isinstance(value, dict):
            value = _laid_over(below, value)
        merged[key] = value
    return merged


def _bad(path: Path, errors: Errors) -> BadPack:
    listed = "; ".join(f"{name}: {', '.join(why)}" for name, why in errors.items())
    return BadPack(f"`{path.name}` cannot be used; correct {listed}")
