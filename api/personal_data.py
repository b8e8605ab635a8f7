"""What the interface keeps of requests."""

from __future__ import annotations

from api.models import AccessToken, IdempotentRequest
from workflows.erasing.registry import spare

spare("answers of requests, forgotten after a day", IdempotentRequest)
spare("logins of employees", AccessToken)
