"""What may stop a job."""


class Cancelled(Exception):  # noqa: N818 -- it is a request that a task obeys, not a fault
    """Somebody asked for the job to stop; the task lets it pass."""


class LeaseLost(Cancelled):
    """The job was given to another worker (this one had hung); nothing it writes counts any more."""
