"""`kinora`: the operator's commands. Each imports only what it needs, so that `kinora run` starts at once."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from app.commands.models import models
from app.commands.opening import opened, plain_errors, stop
from app.config import ROOT, ConfigError, load


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Kinora: make images and videos with AI, keep what you make, and show it to others."""


main.add_command(models)


@main.command()
def run() -> None:
    """Serve the whole app on this machine: web, worker and, unless REDIS_URL is set, Redis."""
    from app.supervising.supervisor import run as supervise

    try:
        raise SystemExit(supervise(load()))
    except ConfigError as error:
        stop(str(error))


@main.command()
@click.option("--submit", default=2, show_default=True, type=click.IntRange(1, 64), help="Submit workers.")
@click.option("--media", default=2, show_default=True, type=click.IntRange(1, 64), help="Media workers.")
def worker(submit: int, media: int) -> None:
    """Work on jobs: one watch loop, and submit and media workers beside it."""
    command = [sys.executable, "-m", "jobs.worker", f"--submit={submit}", f"--media={media}"]
    os.execv(sys.executable, command)  # noqa: S606 - the worker is a program of its own


@main.group()
def db() -> None:
    """The database's tables."""


@db.command()
def upgrade() -> None:
    """Bring the tables to the newest version."""
    with opened() as app:
        from flask_migrate import upgrade as migrate

        migrate()
        app.logger.info("the database is up to date")


@main.command()
@click.option("--creations", default=14, show_default=True, type=click.IntRange(1, 200), help="How many works.")
@click.option("--remove", is_flag=True, help="Remove all sample works instead.")
def seed(creations: int, remove: bool) -> None:
    """Add sample works, drawn by the local renderer, so that Explore is not empty."""
    with opened():
        from app.seeding import works

        if remove:
            click.echo(f"{works.remove()} sample works removed")
        else:
            click.echo(f"{works.add(creations)} sample works added")


@main.command()
@click.argument("name")
def promote(name: str) -> None:
    """Make a person admin; they log in again afterwards."""
    with opened(), plain_errors():
        from app.accounts import service

        service.promote(name)
        click.echo(f"{name} is an admin now")


@main.command()
@click.argument("name")
@click.argument("credits", type=int)
@click.option("--why", required=True, help="Kept in the ledger and the audit log.")
def grant(name: str, credits: int, why: str) -> None:
    """Give a person credits (a negative number takes some back)."""
    import uuid

    with opened(), plain_errors():
        from app.accounts.queries import id_of
        from app.admin import people

        balance = people.grant(None, id_of(name), credits, why, key=uuid.uuid4().hex)
        click.echo(f"{name} has {balance} credits now")


@main.command()
def audit() -> None:
    """Recompute from rows and files that money, states and media are right; exits 1 when something is not."""
    with opened():
        from app.generation import audit as books

        if books.run(click.echo).violations:
            raise SystemExit(1)


@main.command()
@click.argument("folder", required=False, type=click.Path(path_type=Path))
def backup(folder: Path | None) -> None:
    """Add a whole copy of database and files to FOLDER (KINORA_DATA/backups), while everything runs.

    Exits 0 when it is whole, 1 when there is none, and 3 when files were missing in the house itself.
    """
    with opened() as app, plain_errors():
        from app.backups import making

        config = app.extensions["kinora_config"]
        made, manifest = making.make((folder or config.data / "backups").absolute(), config, click.echo)
        click.echo(f"whole backup in {made}")
        if manifest.missing:
            click.echo(f"{manifest.missing} files are missing in this house: `kinora audit` names them", err=True)
            raise SystemExit(3)


@main.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--overwrite", is_flag=True, help="Replace the database of a house that is not empty.")
def restore(folder: Path, overwrite: bool) -> None:
    """Fill an empty house from the backup FOLDER; ends with the audit and its exit code. Kinora must not run."""
    with plain_errors():
        from app.backups import restoring

        try:
            config = load()
        except ConfigError as error:
            stop(str(error))
        with restoring.restored(folder.absolute(), config, overwrite=overwrite, tell=click.echo) as manifest, opened():
            from flask_migrate import upgrade as migrate

            from app.backups import settling
            from app.generation import audit as books

            migrate()
            settling.settle(manifest, click.echo)
            if books.run(click.echo).violations:
                raise SystemExit(1)


@main.command(context_settings={"ignore_unknown_options": True, "help_option_names": []})
@click.argument("words", nargs=-1, type=click.UNPROCESSED)
def standin(words: tuple[str, ...]) -> None:
    """Start a provider's stand-in for development: `kinora standin google --port 8099`."""
    # Stand-ins live with the tests, of which the application knows nothing but that they may be there.
    if not (ROOT / "tests" / "standins").is_dir():
        stop("Stand-ins come with a checkout of Kinora's sources only.")
    os.chdir(ROOT)
    os.execv(sys.executable, [sys.executable, "-m", "tests.standins", *words])  # noqa: S606


if __name__ == "__main__":
    main()
