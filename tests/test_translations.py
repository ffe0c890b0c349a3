"""Thai texts: every text has one, placeholders are kept, the file is up to date."""

from babel.messages.catalog import Catalog
from django.utils import translation

from pmqa import translations


def catalogue(**texts):
    """A catalogue of a few texts."""
    catalog = Catalog(locale="th")
    for text, thai in texts.items():
        catalog.add(text, thai)
    return catalog


def test_texts_of_code_and_templates_are_found():
    texts = {message.id for message in translations.extracted() if isinstance(message.id, str)}

    assert {
        "Complaints",
        "This field is required.",
    } <= texts  # agency/apps.py, agency/django_texts.py
    assert "Skip to the content" in texts  # templates/pmqa/public.html


def test_merge_takes_known_texts_and_names_unknown_ones():
    catalog = catalogue(Bell="")

    unknown = translations.merge(catalog, {"Bell": "กระดิ่ง", "Whistle": "นกหวีด"})

    assert catalog.get("Bell").string == "กระดิ่ง"
    assert unknown == ["Whistle"]


def test_missing_thai_and_lost_placeholder_are_faults(monkeypatch):
    catalog = catalogue(Bell="", **{"%(days)s days": "วัน"})
    monkeypatch.setattr(translations, "stored", lambda: catalog)

    assert translations.faults(catalog) == [
        "not translated: 'Bell' ()",
        "placeholders differ: '%(days)s days'",
    ]


def test_compiled_texts_are_those_of_the_file():
    translations.compile_mo()

    with translation.override("th"):
        assert translation.gettext("This field is required.") == "กรุณากรอกช่องนี้"
    with translation.override("en"):
        assert translation.gettext("This field is required.") == "This field is required."
