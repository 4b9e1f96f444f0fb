"""A gunicorn that does not let go of its connections, as a later version might be: read by it as `-c`."""

from gunicorn.workers.gthread import ThreadWorker

from app.serving import *  # noqa: F403
from app.serving import Worker


class Stubborn(Worker):
    """Closes what it thinks is still its own."""

    finish_request = ThreadWorker.finish_request


worker_class = Stubborn
