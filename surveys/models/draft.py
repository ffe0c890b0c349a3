"""The draft of a survey as rows: sections, questions, options, matrix rows, rules."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from surveys.models.survey import CODE, Survey


class QuestionType(models.TextChoices):
    """How a question is answered."""

    SINGLE = "single", _("One of several")
    MULTI = "multi", _("Several of several")
    SCALE = "scale", _("Scale 1–5")
    MATRIX = "matrix", _("Matrix: rows on one scale")
    NPS = "nps", _("Recommend 0–10")
    RANKING = "ranking", _("Ranking")
    NUMBER = "number", _("A number")
    DATE = "date", _("Date")
    TEXT = "text", _("Text")
    FILE = "file", _("File")

    @classmethod
    def with_options(cls) -> list[str]:
        """Types that offer rows of `Option`; of scales they are the words of the points."""
        return [cls.SINGLE, cls.MULTI, cls.SCALE, cls.MATRIX, cls.NPS, cls.RANKING]

    @classmethod
    def with_bounds(cls) -> list[str]:
        """Types whose `minimum` and `maximum` count: value, choices or letters."""
        return [cls.NUMBER, cls.MULTI, cls.RANKING, cls.TEXT]


class Dimension(models.TextChoices):
    """What a question measures (DOMAIN section 4); results are summed by it."""

    OVERALL = "overall", _("Overall satisfaction")
    PROCESS = "process", _("Process and steps")
    STAFF = "staff", _("Staff")
    FACILITIES = "facilities", _("Facilities")
    QUALITY = "quality", _("Quality of the service")
    DIGITAL = "digital", _("Digital channel")
    TRUST = "trust", _("Trust")
    ENGAGEMENT = "engagement", _("Engagement")
    DISSATISFACTION = "dissatisfaction", _("Reasons for dissatisfaction")
    RECOMMEND = "recommend", _("Recommendation")
    COMMENT = "comment", _("Comment")
    ABOUT = "about", _("About the respondent")


class Worded(models.Model):
    """Something with a Thai and an English text."""

    text_th = models.TextField(_("Thai text"), blank=True)
    text_en = models.TextField(_("English text"), blank=True)

    class Meta:
        abstract = True

    @property
    def text(self) -> str:
        """The text in the language of the reader."""
        if get_language() == "en":
            return self.text_en or self.text_th
        return self.text_th or self.text_en


class Section(Worded):
    """A section (ตอน): one page of the questionnaire; `text` is its heading."""

    survey = models.ForeignKey(Survey, models.CASCADE, related_name="sections")
    code = models.CharField(_("code"), max_length=40, validators=[CODE])
    position = models.PositiveSmallIntegerField(default=0)
    intro_th = models.TextField(_("introduction in Thai"), blank=True)
    intro_en = models.TextField(_("introduction in English"), blank=True)

    class Meta:
        verbose_name = _("section")
        verbose_name_plural = _("sections")
        ordering = ["survey", "position", "pk"]
        constraints = [models.UniqueConstraint(fields=["survey", "code"], name="section_code_once")]

    def __str__(self) -> str:
        return self.text or self.code


class Question(Worded):
    """A question (คำถาม). Its code names the column of its answers in every version and export."""

    survey = models.ForeignKey(Survey, models.CASCADE, related_name="questions")
    section = models.ForeignKey(Section, models.CASCADE, related_name="questions")
    position = models.PositiveSmallIntegerField(default=0)
    code = models.CharField(
        _("code"),
        max_length=40,
        validators=[CODE],
        help_text=_("The name of its column in every file; once published it keeps its type."),
    )
    type = models.CharField(_("type"), max_length=10, choices=QuestionType)
    dimension = models.CharField(_("measures"), max_length=20, choices=Dimension, blank=True)
    help_th = models.TextField(_("help in Thai"), blank=True)
    help_en = models.TextField(_("help in English"), blank=True)
    is_required = models.BooleanField(_("must be answered"), default=False)
    has_not_applicable = models.BooleanField(
        _("offers “not applicable”"), default=False, help_text=_("Of scales and matrices.")
    )
    minimum = models.DecimalField(
        _("at least"), max_digits=14, decimal_places=4, null=True, blank=True
    )
    maximum = models.DecimalField(
        _("at most"), max_digits=14, decimal_places=4, null=True, blank=True
    )
    decimals = models.PositiveSmallIntegerField(_("decimal places"), default=0)
    earliest_on = models.DateField(_("not before"), null=True, blank=True)
    latest_on = models.DateField(_("not after"), null=True, blank=True)
    is_long = models.BooleanField(_("several lines"), default=False)

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        ordering = ["section", "position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["survey", "code"], name="question_code_once"),
            models.CheckConstraint(
                condition=Q(minimum=None) | Q(maximum=None) | Q(minimum__lte=models.F("maximum")),
                name="question_bounds_in_order",
                violation_error_message=_("“At least” is greater than “at most”."),
            ),
            models.CheckConstraint(
                condition=Q(earliest_on=None)
                | Q(latest_on=None)
                | Q(earliest_on__lte=models.F("latest_on")),
                name="question_dates_in_order",
                violation_error_message=_("The first date is after the last one."),
            ),
        ]

    def __str__(self) -> str:
        return self.text or self.code


class Option(Worded):
    """An answer that is offered (ตัวเลือก); of a scale the word of a point, whose code is the number."""

    question = models.ForeignKey(Question, models.CASCADE, related_name="options")
    code = models.CharField(_("code"), max_length=40)
    position = models.PositiveSmallIntegerField(default=0)
    is_exclusive = models.BooleanField(_("stands alone"), default=False)
    is_other = models.BooleanField(_("asks for a text"), default=False)

    class Meta:
        verbose_name = _("option")
        verbose_name_plural = _("options")
        ordering = ["question", "position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["question", "code"], name="option_code_once")
        ]

    def __str__(self) -> str:
        return self.text or self.code


class MatrixRow(Worded):
    """A row of a matrix (รายการประเมิน); its answers stand in the column `question_row`."""

    question = models.ForeignKey(Question, models.CASCADE, related_name="rows")
    code = models.CharField(_("code"), max_length=40, validators=[CODE])
    position = models.PositiveSmallIntegerField(default=0)
    dimension = models.CharField(_("measures"), max_length=20, choices=Dimension, blank=True)

    class Meta:
        verbose_name = _("matrix row")
        verbose_name_plural = _("matrix rows")
        ordering = ["question", "position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["question", "code"], name="matrix_row_code_once")
        ]

    def __str__(self) -> str:
        return self.text or self.code


class Rule(models.Model):
    """Skip logic (เงื่อนไขการแสดง): a question or section is shown only if its conditions hold."""

    class Match(models.TextChoices):
        """How several conditions are joined."""

        ALL = "all", _("all of these hold")
        ANY = "any", _("one of these holds")

    survey = models.ForeignKey(Survey, models.CASCADE, related_name="rules")
    question = models.OneToOneField(
        Question, models.CASCADE, null=True, blank=True, related_name="rule"
    )
    section = models.OneToOneField(
        Section, models.CASCADE, null=True, blank=True, related_name="rule"
    )
    match = models.CharField(_("shown if"), max_length=3, choices=Match, default=Match.ALL)

    class Meta:
        verbose_name = _("rule")
        verbose_name_plural = _("rules")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(question=None, section__isnull=False)
                | Q(question__isnull=False, section=None),
                name="rule_of_question_or_section",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.question_id or ''}/{self.section_id or ''}"


class Condition(models.Model):
    """A line of a rule: the answer to an earlier question, compared with a value."""

    class Operator(models.TextChoices):
        """How it is compared; for several choices “is” means “is among them”."""

        IS = "is", _("is")
        IS_NOT = "is_not", _("is not")
        AT_LEAST = "at_least", _("is at least")
        AT_MOST = "at_most", _("is at most")
        ANSWERED = "answered", _("was answered")
        NOT_ANSWERED = "not_answered", _("was not answered")

        @classmethod
        def without_value(cls) -> list[str]:
            """Operators that compare with nothing."""
            return [cls.ANSWERED, cls.NOT_ANSWERED]

    rule = models.ForeignKey(Rule, models.CASCADE, related_name="conditions")
    source = models.ForeignKey(Question, models.RESTRICT, related_name="conditions")
    row = models.CharField(_("row"), max_length=40, blank=True, help_text=_("Of a matrix."))
    operator = models.CharField(_("compared"), max_length=12, choices=Operator)
    value = models.CharField(_("value"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("condition")
        verbose_name_plural = _("conditions")
        ordering = ["rule", "pk"]

    def __str__(self) -> str:
        return f"{self.source_id} {self.operator} {self.value}"

    @property
    def is_bare(self) -> bool:
        """Whether it compares with nothing."""
        return self.operator in self.Operator.without_value()

    def as_json(self) -> dict[str, Any]:
        """Return it as the document keeps it."""
        column = f"{self.source.code}_{self.row}" if self.row else self.source.code
        return {"column": column, "operator": self.operator, "value": self.value}
