"""The door of notifications: register a kind, tell people."""

from .domain.channels import IMPORTANT, INFO, URGENT
from .kinds import Kind, register_kind
from .queries import unread_count
from .services import News, Sent, notify

__all__ = ["IMPORTANT", "INFO", "URGENT", "Kind", "News", "Sent", "notify", "register_kind", "unread_count"]
