"""`kinora models`: the list of models, read and changed from the command line (PRV-04)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from app.commands.opening import opened, plain_errors, stop

if TYPE_CHECKING:
    from app.catalogue.listing import Listing


@click.group()
def models() -> None:
    """The models people may choose from."""


@models.command("list")
def show() -> None:
    """Name every model, and whether it is offered."""
    with opened():
        from app.catalogue import store

        for one in store.listings():
            click.echo(f"{one.model.kind:<6} {one.model.name:<48} {_standing(one)}")


@models.command()
def dump() -> None:
    """Write the list in force as JSON: what `load` reads."""
    with opened():
        from app.catalogue import loading, store

        click.echo(loading.dump(one.model for one in store.listings()), nl=False)


@models.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--why", default="", help="Kept in the audit log.")
def load(file: Path, why: str) -> None:
    """Set the entries of FILE, all or none; models that are not in it stay as they are."""
    with opened(), plain_errors():
        from app.catalogue import loading, store
        from app.errors import Invalid

        try:
            plan = loading.plan(loading.read(file.read_bytes()))
        except Invalid as error:
            stop("\n".join(f"{place}: {words}" for place, words in error.errors.items()))
        for step in plan.steps:
            click.echo(f"{step.name}{' (new)' if step.is_new else ''}")
            for one in step.differences:
                click.echo(f"  {one.field}: {one.before} -> {one.after}")
        changed = store.put(plan.entries, actor_id=None, reason=why[:200], seen=plan.seen)
        click.echo(f"{len(changed)} of {len(plan.entries)} models changed")


@models.command()
def probe() -> None:
    """Ask every provider which models it serves; exits 1 when there is something to look at."""
    with opened():
        from app.upkeep import probing

        worries = probing.probe()
        if worries:
            stop("\n".join(worries))
        click.echo("nothing to look at")


def _standing(one: Listing) -> str:
    from app.catalogue import choosing

    if one.is_gone:
        return f"gone: {one.retired_because}" if one.retired_because else "gone"
    if not one.model.enabled:
        return "switched off"
    missing = choosing.registry().missing(one.model.provider)
    return f"not configured: set {', '.join(missing)}" if missing else "offered"
