"""Packs: the law and the presets of `config`, read once; a bad file stops the start."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from types import MappingProxyType

import yaml
from marshmallow import ValidationError

from plugin.documents import OwnLoader
from plugin.policy.facts import Place
from plugin.policy.provisions import LawPack
from plugin.schemas.evidence import Document
from plugin.schemas.layers import Layer, versions
from plugin.schemas.policy import BadPolicy, parse_policy
from plugin.schemas.provisions import build_pack
from plugin.schemas.strict import Errors, flatten
from plugin.yaml_faults import fault_of

__all__ = ["BadPack", "BadPolicy", "Packs", "parse_policy"]


# Codes in everyday use that ISO 3166 has otherwise.
_MEANT = {"UK": "GB", "EL": "GR"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Edition:
    """One version of a pack beside the text it was built from."""

    pack: LawPack
    layer: Layer


class BadPack(ValueError):
    """A law pack or preset that cannot be used; the message says where and why."""

    code = "bad_pack"


class Packs:
    """The law packs and the presets, ready to be asked."""

    def __init__(
        self,
        *,
        law: Mapping[str, tuple[Edition, ...]],
        members: Mapping[str, str],
        presets: Mapping[str, Document],
    ) -> None:
        """Keep packs by id (the newest version first), members and presets."""
        self.editions = MappingProxyType(dict(law))
        newest = {id: found[0].pack for id, found in law.items()}
        self.law_packs = MappingProxyType(newest)
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

    def law_for(self, place: Place, on: date | None = None) -> LawPack | None:
        """Find the nearest pack, the region's, the country's or the union's.

        It is the version for orders placed `on` that day; without a day, today's law.
        """
        wanted = (
            f"{place.country}-{place.region}",
            place.country,
            self._members.get(place.country, ""),
        )
        found = next((id for id in wanted if id in self.editions), None)
        return None if found is None else self.edition(found, on).pack

    def law_of(self, code: str, on: date | None = None) -> LawPack | None:
        """Find the pack of a code such as `DE`, `PL`, `US-CA` or `EU`."""
        if code in self.editions:
            return self.edition(code, on).pack
        country, _, region = code.partition("-")
        return self.law_for(Place(country=country, region=region or None), on)

    def nearest(self, code: str) -> str:
        """Say which place may have been meant by a code that has no law."""
        places = sorted({*self.editions, *self._members})
        near = [_MEANT[code]] if code in _MEANT else []
        near += get_close_matches(code, sorted(self.editions))
        near += get_close_matches(code, places)
        if near:
            return f"did you mean {near[0]}?"
        return f"use one of {', '.join(places)}"

    def edition(self, id: str, on: date | None = None) -> Edition:
        """Give one pack as it was for an order of a day; `KeyError` without a pack.

        Before the oldest version there is none, so the oldest stands in; it knows
        itself since when it speaks.
        """
        editions = self.editions[id]
        begun = (e for e in editions if _begun(e.pack, on))
        return next(begun, editions[-1])

    @property
    def preset_names(self) -> tuple[str, ...]:
        """The presets, by name in order."""
        return tuple(sorted(self._presets))

    def preset(self, name: str) -> Document:
        """Give a fresh copy of a preset's document; `KeyError` when there is none."""
        return deepcopy(self._presets[name])


def _begun(pack: LawPack, on: date | None) -> bool:
    return on is None or pack.since is None or on >= pack.since


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
        text = path.read_text("utf-8")
    except UnicodeDecodeError as error:
        raise BadPack(f"`{path.name}` is no text in UTF-8; save it as UTF-8") from error
    try:
        document = yaml.load(text, Loader=OwnLoader)
    except yaml.YAMLError as error:
        fault = fault_of(error, text)
        said = f"`{path.name}` cannot be read{fault.place}: {fault.why}"
        raise BadPack(said) from error
    if not isinstance(document, dict):
        raise BadPack(f"`{path.name}` must be a mapping; start it with `schema: 1`")
    return document


def _parse_law(
    documents: Mapping[str, Document], id: str, folder: Path
) -> tuple[Edition, ...]:
    path = folder / f"{id}.yaml"
    parent = _parent(documents, id, path)
    try:
        found = versions(documents[id], parent)
        editions = tuple(Edition(pack=build_pack(v), layer=v.layer) for v in found)
    except ValidationError as error:
        raise _bad(path, flatten(error.messages)) from error
    named = editions[0].pack.id
    if named != id:
        raise _bad(path, {"id": [f"`{named}` is not the file's name; make them equal"]})
    return editions


def _parent(documents: Mapping[str, Document], id: str, path: Path) -> Document | None:
    """Find the pack that a pack inherits from; it must stand by itself."""
    parent = documents[id].get("inherits")
    if parent is None:
        return None
    if parent not in documents or documents[parent].get("inherits") is not None:
        known = [k for k, d in documents.items() if d.get("inherits") is None]
        why = f"`{parent}` cannot be inherited; use one of {', '.join(known)}"
        raise _bad(path, {"inherits": [why]})
    return documents[parent]


def _bad(path: Path, errors: Errors) -> BadPack:
    listed = "; ".join(f"{name}: {', '.join(why)}" for name, why in errors.items())
    return BadPack(f"`{path.name}` cannot be used; correct {listed}")
