"""Knowledge articles: for now what people propose after a complaint; their approval and versions come with T47."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from crm_core.records import Record, RecordManager, by_owner


class ArticleStatus(models.TextChoices):
    DRAFT = "draft", _("Draft")
    IN_REVIEW = "in_review", _("In review")
    PUBLISHED = "published", _("Published")
    RETIRED = "retired", _("Retired")


class KnowledgeArticle(Record):
    """Something others should know next time; ``learned_from`` is the request it was learned from."""

    record_kind: ClassVar[str] = "knowledge_article"
    number_prefix: ClassVar[str] = "KA"

    title = models.CharField(_("title"), max_length=200)
    body = models.TextField(_("text"), blank=True)
    category = models.CharField(_("category"), max_length=30, blank=True)
    status = models.CharField(_("status"), max_length=12, choices=ArticleStatus, default=ArticleStatus.DRAFT)
    learned_from = models.ForeignKey(
        "crm_core.ServiceRequest", models.PROTECT, null=True, blank=True, related_name="articles"
    )

    objects = RecordManager()

    class Meta:
        verbose_name = _("knowledge article")
        verbose_name_plural = _("knowledge articles")
        indexes = [*by_owner("article")]
        constraints = [
            models.UniqueConstraint(
                fields=["learned_from"], condition=models.Q(learned_from__isnull=False), name="crm_article_once"
            )
        ]
