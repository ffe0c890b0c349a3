"""The house's own rules that no linter knows (docs/ARCHITECTURE.md)."""

import re
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings

BASE = Path(settings.BASE_DIR)
FLOORS = {
    "agency": 0,
    "complaints": 1,
    "surveys": 1,
    "listening": 1,
    "home": 2,
    "improvements": 2,
    "reports": 2,
    "assessment": 2,
    "indicators": 2,
    "pmqa": 2,
}
OUR_FOLDERS = ["agency", "complaints", "surveys", "listening", "pmqa"]
NAMELESS = {"utils.py", "helpers.py", "services.py", "common.py", "misc.py"}


def our_models():
    """Every model of ours."""
    return [model for model in apps.get_models() if model._meta.app_label in FLOORS]


def our_files(pattern):
    """Every file of ours that fits."""
    return [path for folder in OUR_FOLDERS for path in sorted((BASE / folder).rglob(pattern))]


def foreign_keys():
    """Each foreign key of ours to a model of ours, as (from app, to app, name)."""
    return [
        (
            model._meta.app_label,
            field.related_model._meta.app_label,
            f"{model.__name__}.{field.name}",
        )
        for model in our_models()
        for field in model._meta.get_fields()
        if field.is_relation
        and field.concrete
        and field.related_model
        and field.related_model._meta.app_label in FLOORS
    ]


def test_foreign_keys_go_down_or_stay_in_the_room():
    upwards = [
        name
        for source, target, name in foreign_keys()
        if source != target and FLOORS[target] >= FLOORS[source]
    ]

    assert len(foreign_keys()) > 40
    assert upwards == []


def test_every_model_says_what_it_is():
    silent = [
        model.__name__
        for model in our_models()
        if (model.__doc__ or "").startswith(f"{model.__name__}(")
    ]

    assert silent == []


def test_no_module_without_a_subject():
    assert [str(path) for path in our_files("*.py") if path.name in NAMELESS] == []


def test_templates_of_the_ground_floor_link_to_it_and_its_admin_only():
    links = [
        (path.name, name)
        for path in sorted((BASE / "templates" / "agency").rglob("*.html"))
        for name in re.findall(r"{% url ['\"]([\w-]+):", path.read_text(encoding="utf-8"))
    ]

    assert [link for link in links if link[1] not in {"agency", "admin"}] == []


def test_templates_have_no_inline_style_or_script():
    marks = re.compile(r"\sstyle=|<script>|<script(?![^>]*\bsrc=)|\son(click|change|submit|load)=")
    found = [
        str(path.relative_to(BASE))
        for path in sorted((BASE / "templates").rglob("*.html"))
        if marks.search(path.read_text(encoding="utf-8"))
    ]

    assert found == []


@pytest.mark.parametrize("word", ["timezone.now()", "datetime.now(", "date.today("])
def test_only_the_edge_reads_the_clock(word):
    """The edge is where something comes in from outside: a request, a task, a command.

    The log-in and a middleware belong to it: they are the first to take the request, before any view.
    The log-in counts the bell. `DeputyMiddleware` must know the day, since whose desk somebody keeps
    today decides what every view may show; a view that forgot to ask would show less or more.
    """
    edge = (
        *("views", "tasks", "admin", "management", "launch", "bench"),
        *("templatetags", "context_processors", "mailbox", "middleware", "backends"),
    )
    found = [
        str(path.relative_to(BASE))
        for path in our_files("*.py")
        if word in path.read_text(encoding="utf-8")
        and not any(part.removesuffix(".py") in edge for part in path.relative_to(BASE).parts)
    ]

    assert found == []


def test_lists_in_the_glossary_name_things_that_exist():
    code = "\n".join(path.read_text(encoding="utf-8") for path in our_files("*.py"))
    names = re.findall(
        r"`(?:\w+\.)*(\w+)(?:\([^)]*\))?`",
        (BASE / "docs" / "GLOSSARY.md").read_text(encoding="utf-8"),
    )

    assert [name for name in names if not re.search(rf"\b{name}\b", code)] == []
