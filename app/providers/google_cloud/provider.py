"""Google Cloud as a provider of videos and images, and as the writer behind the prompt helper."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice
from typing import TYPE_CHECKING, Any

from app.providers.base import Accepted, Brief, Download, Finished, Kind, Pending, Wish
from app.providers.errors import Expired, Retryable
from app.providers.google import images, text
from app.providers.google.client import Timeouts
from app.providers.google.errors import Stage
from app.providers.google_cloud import videos
from app.providers.google_cloud.client import GLOBAL, PROJECT_NAME, Account, Connection

if TYPE_CHECKING:
    from google import genai

REGION = "us-central1"
"""Where Veo is asked for unless another region is configured."""
TIMEOUTS = Timeouts(look_up=30.0)
"""As with an API key, but that a look-up brings the whole video along."""
MOST_LISTED = 5000
"""Many times what there is: the platform has a few hundred of Google's own."""
PAGE = 200


class GoogleCloudProvider:
    """Veo videos by long-running operations, Gemini images and texts by `generate_content`; paid by a project.

    A provider of its own beside `google`: its key, its limits and its troubles are other ones. google-genai is imported
    on the first call, never before.
    """

    name = "google-cloud"
    label = "Google Cloud"
    in_house = False

    def __init__(
        self, project: str, location: str, api_key: str, base_url: str, *, timeouts: Timeouts | None = None
    ) -> None:
        """`project` with the machine's credentials, or an express key; `location` and `base_url` may be empty."""
        self._account = Account(project, location or REGION, api_key)
        self._timeouts = timeouts or TIMEOUTS
        self._cloud = Connection(self._account, base_url, self._timeouts)

    def missing(self) -> tuple[str, ...]:
        """The project's variable when there is neither a project nor an express key.

        Whether a project's credentials can be had is known only by having them: a submit says so as Misconfigured.
        """
        return () if self._account.project or self._account.api_key else (PROJECT_NAME,)

    def preload(self) -> None:
        """Import google-genai and google-auth: half a second that a fork would pay each time."""
        self._cloud.preload()

    def submit(self, brief: Brief, attempt_id: str) -> Accepted | Finished:
        """Make an image (Finished, with its bytes) or start a video (Accepted), with one request.

        `attempt_id` travels as a label of the video; images have no field for it. Errors: see `base.Provider`.
        """
        if brief.kind is Kind.IMAGE:
            return self._cloud.ask(Stage.SUBMIT, GLOBAL, lambda api: images.generate(api, brief, self._timeouts.image))
        return self._cloud.ask(
            Stage.SUBMIT,
            self._account.location,
            lambda api: videos.create(api, brief, attempt_id, self._timeouts.submit),
        )

    def poll(self, handle: Mapping[str, Any]) -> Pending | Finished:
        """Look a video up; a finished one comes with its bytes."""
        path, body, location = videos.question(handle)
        return self._cloud.post(Stage.LOOK_UP, path, body, location, videos.found)

    def download(self, locator: Mapping[str, Any]) -> Download:
        """Nothing lies at the platform: every result comes with its answer. Raises Expired."""
        raise Expired("a result that came with its answer")

    def cancel(self, handle: Mapping[str, Any]) -> bool:
        """False: google-genai 3.3.0 knows no way to stop one of these operations (read 2026-11-20)."""
        return False

    def write(self, wish: Wish, model: str) -> str:
        """Return the text that is wished for. Errors: see `base.Writer`."""
        return self._cloud.ask(Stage.TEXT, GLOBAL, lambda api: text.write(api, wish, model, self._timeouts.text))

    def listed(self) -> frozenset[str] | None:
        """The ids of the models in the region of the videos, and of those that are served from everywhere."""
        places = [GLOBAL] if self._account.by_key else [self._account.location, GLOBAL]
        return frozenset().union(*(self._cloud.ask(Stage.LOOK_UP, place, _models) for place in places))


def _models(client: genai.Client) -> frozenset[str]:
    """Raises Retryable for a list that is not whole: it would retire models that are still there."""
    pages = client.models.list(config={"page_size": PAGE, "query_base": True})
    names = [(one.name or "").rpartition("/")[2] for one in islice(pages, MOST_LISTED)]
    if not names or len(names) == MOST_LISTED:
        raise Retryable("a list of models without an end" if names else "a list of models without models")
    return frozenset(names) - {""}
