from __future__ import annotations

import pytest

from plugin.notes import FaultSigns
from tests.builders import CONFIG

SIGNS = FaultSigns.load(CONFIG / "fault_signs.yaml")


@pytest.mark.parametrize(
    ("note", "locale"),
    [
        ("It arrived BROKEN, glass everywhere", "en"),
        ("The label says L but it measures S", "en"),
        ("Etikett sagt L, gemessen ist es S. Naht ist auch gerissen.", "de"),
        ("La couture est déchirée", "fr-FR"),
        ("杯子是坏的", "zh-CN"),
        ("縫い目が破れています", "ja"),
        # Whatever the shop's page was set to, people write in their own language.
        ("Leider kaputt angekommen", "en"),
        ("kaputt", None),
    ],
)
def test_it_hears_a_fault(note: str, locale: str | None) -> None:
    assert SIGNS.tells_fault(note, locale) is True


@pytest.mark.parametrize(
    ("note", "locale"),
    [
        (None, "en"),
        ("", None),
        ("  \n", "fi"),
        ("Never wore them.", "en"),
        ("Gefällt mir doch nicht.", "de_DE"),
        ("不想要了。", "zh-Hans-CN"),
        ("Je préfère un autre modèle.", "fr"),
    ],
)
def test_it_hears_no_fault(note: str | None, locale: str | None) -> None:
    assert SIGNS.tells_fault(note, locale) is False


@pytest.mark.parametrize("locale", [None, "", "fi", "sv"])
def test_it_does_not_pretend_to_read_every_language(locale: str | None) -> None:
    assert SIGNS.tells_fault("En pidä siitä", locale) is None


def test_every_sign_is_in_small_letters() -> None:
    assert [s for s in SIGNS._signs if s != s.lower()] == []
