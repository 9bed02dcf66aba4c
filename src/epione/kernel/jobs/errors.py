"""What may stop a job."""


class Cancelled(Exception):
    """Somebody asked for the job to stop; the task lets it pass."""


class LeaseLost(Cancelled):
    """The job was given to another worker (this one had hung); nothing it writes counts any more."""
