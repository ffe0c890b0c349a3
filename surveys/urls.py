"""Addresses of the surveys room."""

from django.urls import path

from surveys.views import answering, builder, followups, preview, pulses, results, surveys

app_name = "surveys"

urlpatterns = [
    path("i/<slug:token>/", answering.invited, name="invited"),
    path("s/<slug:code>/", answering.door, name="door"),
    path("s/<slug:code>/answer/", answering.answer, name="answer"),
    path("s/<slug:code>/resume/", answering.resume, name="resume"),
    path("s/<slug:code>/thanks/", answering.thanks, name="thanks"),
    path("s/<slug:code>/end/", answering.end_kiosk, name="end_kiosk"),
    path("surveys/waves/<int:pk>/kiosk/", answering.kiosk, name="kiosk"),
    path("surveys/", surveys.surveys, name="list"),
    path("surveys/new/", surveys.new, name="new"),
    path("surveys/bank/", builder.bank, name="bank"),
    path("surveys/pulses/", pulses.pulses, name="pulses"),
    path("surveys/pulses/new/", pulses.pulse_new, name="pulse_new"),
    path("surveys/pulses/<int:pk>/", pulses.pulse, name="pulse"),
    path("surveys/pulses/<int:pk>/settings/", pulses.pulse_settings, name="pulse_settings"),
    path("surveys/follow-ups/", followups.followups, name="followups"),
    path("surveys/follow-ups/<int:pk>/", followups.followup, name="followup"),
    path("surveys/follow-ups/<int:pk>/<slug:verb>/", followups.followup_step, name="followup_step"),
    path("surveys/<int:pk>/", surveys.detail, name="detail"),
    path("surveys/<int:pk>/settings/", surveys.settings, name="settings"),
    path("surveys/<int:pk>/copy/", surveys.copy, name="copy"),
    path("surveys/<int:pk>/publish/", surveys.publish, name="publish"),
    path("surveys/<int:pk>/archive/", surveys.archive, name="archive"),
    path("surveys/<int:pk>/v<int:number>.json", surveys.definition, name="definition"),
    path("surveys/<int:pk>/v<int:number>.xlsx", surveys.xlsform_file, name="xlsform"),
    path("surveys/<int:pk>/preview/", preview.preview, name="preview"),
    path("surveys/<int:pk>/preview/frame/", preview.frame, name="preview_frame"),
    path("surveys/<int:pk>/build/", builder.builder, name="builder"),
    path("surveys/<int:pk>/build/sections/", builder.add_section, name="add_section"),
    path("surveys/<int:pk>/build/sections/<int:section_pk>/", builder.section, name="section"),
    path("surveys/<int:pk>/build/sections/<int:section_pk>/bank/", builder.take, name="take"),
    path(
        "surveys/<int:pk>/build/sections/<int:section_pk>/add/",
        builder.choose_type,
        name="choose_type",
    ),
    path(
        "surveys/<int:pk>/build/sections/<int:section_pk>/add/<slug:kind>/",
        builder.add_question,
        name="add_question",
    ),
    path("surveys/<int:pk>/build/questions/<int:question_pk>/", builder.question, name="question"),
    path("surveys/<int:pk>/build/<slug:kind>/<int:part_pk>/move/", builder.move, name="move"),
    path("surveys/<int:pk>/build/<slug:kind>/<int:part_pk>/delete/", builder.delete, name="delete"),
    path("surveys/<int:pk>/build/<slug:kind>/<int:part_pk>/rule/", builder.rule, name="rule"),
    path("waves/<int:pk>/results/", results.overview, name="results"),
    path("waves/<int:pk>/results/questions/", results.questions, name="results_questions"),
    path("waves/<int:pk>/results/groups/", results.groups, name="results_groups"),
    path("waves/<int:pk>/results/drivers/", results.drivers, name="results_drivers"),
    path("waves/<int:pk>/results/texts/", results.texts, name="results_texts"),
    path("waves/<int:pk>/results/method/", results.method, name="results_method"),
    path("waves/<int:pk>/results/spec.json", results.spec, name="results_spec"),
    path("waves/<int:pk>/results/refresh/", results.refresh, name="results_refresh"),
    path("waves/<int:pk>/results/export/", results.export, name="results_export"),
    path("surveys/exports/<int:job_pk>/", results.exported, name="exported"),
]
