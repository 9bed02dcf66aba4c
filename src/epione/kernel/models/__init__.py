"""Rows of the kernel: data keys, blobs, jobs and the outbox."""

from .blobs import Blob as Blob
from .jobs import Job as Job
from .jobs import Schedule as Schedule
from .keys import DataKey as DataKey
from .keys import Erasure as Erasure
from .outbox import Delivery as Delivery
from .outbox import OutboxEvent as OutboxEvent
