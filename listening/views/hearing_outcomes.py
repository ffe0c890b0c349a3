"""What comes of a hearing, on the desk: minutes, official answers, the summary as draft and published."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from agency.refusal import Refused
from agency.requests import StaffRequest
from agency.thai import is_thai
from listening import permissions
from listening.forms.hearings import AnswerForm, MinutesForm, PublishForm
from listening.lifecycle import outcomes
from listening.models import Minutes
from listening.selectors.hearing_facts import facts_of
from listening.selectors.hearings import attendance_of
from listening.views.hearings import act, hearing_of, take


@require_http_methods(["GET", "POST"])
def minutes(request: StaffRequest, pk: int) -> HttpResponse:
    """Write the minutes of the session."""
    hearing = hearing_of(request, pk, permissions.works_on)
    known = Minutes.objects.filter(hearing=hearing).first()
    came = attendance_of(hearing)
    counted = {"on_site_count": came["site"], "online_count": came["online"]}
    form = MinutesForm(request.POST or None, instance=known, initial=None if known else counted)
    return take(
        request,
        form,
        lambda: outcomes.write_minutes(hearing, **act(request), **form.cleaned_data),
        title=_("Minutes"),
        back=hearing.get_absolute_url(),
        draft=f"hearing-minutes-{hearing.pk}",
    )


@require_http_methods(["GET", "POST"])
def answers(request: StaffRequest, pk: int) -> HttpResponse:
    """Answer one issue, or several with the same words."""
    hearing = hearing_of(request, pk, permissions.works_on)
    asked = request.GET.get("item", "")
    chosen = hearing.items.filter(pk=asked).first() if asked.isdigit() else None
    known = getattr(chosen, "answer", None) if chosen else None
    initial = {"items": [chosen.pk]} if chosen else {}
    if known:
        names = ("support", "oppose", "other", "change", "why")
        initial |= {name: getattr(known, name) for name in names}
    form = AnswerForm(request.POST or None, hearing=hearing, initial=initial)

    def verb() -> None:
        words = dict(form.cleaned_data)
        outcomes.answer_items(words.pop("items"), **act(request), **words)

    return take(
        request,
        form,
        verb,
        title=_("Official answers"),
        back=hearing.get_absolute_url(),
        draft=f"hearing-answer-{hearing.pk}",
    )


@require_http_methods(["GET", "POST"])
def summary(request: StaffRequest, pk: int) -> HttpResponse:
    """Read the summary as it would be now, and publish it; a correction says what was corrected."""
    hearing = hearing_of(request, pk, permissions.works_on_or_leads)
    published = hearing.summaries.first()
    may_publish = permissions.can_lead_hearing(request.user, hearing)
    form = PublishForm(request.POST or None) if published else None
    if request.method == "POST":
        if not may_publish:
            raise PermissionDenied
        if form is None or form.is_valid():
            reason = form.cleaned_data["reason"] if form else ""
            try:
                outcomes.publish_summary(hearing, reason=reason, **act(request))
            except Refused as refusal:
                messages.error(request, str(refusal))
            else:
                messages.success(request, _("The summary is published."))
                return redirect(reverse("listening:summary", args=[hearing.code]))
    language = "th" if is_thai() else "en"
    facts = facts_of(hearing)
    context = {
        "hearing": hearing,
        "facts": facts[language],
        "counts": facts["counts"],
        "published": published,
        "form": form,
        "may_publish": may_publish,
    }
    return render(request, "listening/summary_draft.html", context)
