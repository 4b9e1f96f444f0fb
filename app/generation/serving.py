"""Who makes what was asked of a model: that model, or, when it is gone or interrupted, the one that takes over.

The one place that decides it, for new orders (PRV-09) and for creations that were asked for before (PRV-04).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from app.catalogue import choosing, store
from app.creations.models import Creation
from app.generation import breakers
from app.generation.orders import Order
from app.providers.model import Model

Known = Mapping[str, breakers.Breaker]


@dataclass(frozen=True)
class Wants:
    """What was asked for, as far as not every model can do it."""

    aspect_ratio: str | None
    duration: int | None
    resolution: str | None
    roles: tuple[str, ...] = ()
    """One for each picture that came along; empty where it may be anything."""
    sound: bool | None = None
    """Whether it shall be heard; None where it does not matter."""
    negative_prompt: bool = False
    size: bool = False
    """Whether the size that was asked for was promised."""
    length: bool = False
    """Whether the length that was asked for was promised."""

    @classmethod
    def of(cls, what: Order | Creation, roles: Iterable[str], asked: Model) -> Wants:
        """What an order that was fitted to `asked`, or a creation of its, asks for with pictures in these roles."""
        return cls(
            what.aspect_ratio,
            what.duration,
            what.resolution,
            tuple(roles),
            heard(what.sound, asked),
            bool(what.negative_prompt),
            not asked.size_is_its_own,
            asked.seconds_between is None,
        )

    def fit(self, model: Model) -> bool:
        """Whether a model can do all of it."""
        return (
            self.aspect_ratio in model.aspect_ratios
            and (self.duration, self.resolution) in model.options
            and model.min_references <= len(self.roles) <= model.max_references
            and {*self.roles} <= {"", *model.roles}
            and all(self.duration in model.only_with.get(role, (self.duration,)) for role in self.roles)
            and model.sound not in {True: ("never",), False: ("always",), None: ()}[self.sound]
            and (model.negative_prompt or not self.negative_prompt)
            and not (self.size and model.size_is_its_own)
            and not (self.length and model.seconds_between)
        )


def heard(sound: bool | None, asked: Model) -> bool | None:
    """Whether what was asked of a model has sound: as it was chosen, or because there always is."""
    return True if sound is None and asked.sound == "always" else sound


def refitted(order: Order, asked: Model, model: Model) -> Order:
    """An order that was fitted to `asked`, fitted to who makes it."""
    if model == asked:
        return order
    return order.model_copy(update={"sound": bool(heard(order.sound, asked))}).fitted(model)


def serving(asked: Model, known: Known, wants: Wants | None = None) -> Model | None:
    """Who makes it: the model that was asked unless it is gone or interrupted, else the nearest that takes over.

    When all are interrupted, the first of them, for whom it may wait. None when the model is gone and nobody can do
    it in its place. `known` is what `breakers.everywhere` said.
    """
    here = store.listing(asked.provider, asked.id)
    itself = (asked,) if here is not None and choosing.is_ready(here) else ()
    return _first_at_work((*itself, *_able(asked, wants)), known)


def taking_over(asked: Model, known: Known, wants: Wants) -> Model | None:
    """Who makes it instead of a model that is gone; None when nobody can."""
    return _first_at_work(tuple(_able(asked, wants)), known)


def _able(asked: Model, wants: Wants | None) -> Iterable[Model]:
    return (one for one in choosing.successors(asked) if wants is None or wants.fit(one))


def _first_at_work(models: tuple[Model, ...], known: Known) -> Model | None:
    at_work = (one for one in models if not is_interrupted(one, known))
    return next(at_work, models[0] if models else None)


def is_interrupted(model: Model, known: Known) -> bool:
    """Whether a model's breaker is open: nothing new is taken in for it."""
    rests = known.get(breakers.name_of(model.provider, model.id))
    return rests is not None and rests.state == "open"
