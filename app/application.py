"""The only file that knows all rooms: it makes the application and hands each room what it borrows from above."""

from __future__ import annotations

import functools
import logging
import uuid
from collections.abc import Collection, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from flask import Flask, request
from flask_compress import Compress
from flask_login import current_user
from flask_migrate import Migrate
from sqlalchemy import select
from whitenoise import WhiteNoise

from app import queue, sqlite
from app.accounts import sessions
from app.accounts import views as accounts_views
from app.accounts.models import User
from app.admin import health
from app.admin import pages as admin_pages
from app.api import pages as api_pages
from app.config import Config
from app.creations import files
from app.errors import NotLoggedIn
from app.extensions import be_quick, db, prepare_engine, sock
from app.hooks import views as hooks_views
from app.logs import configure_logging
from app.providers.registry import Registry
from app.realtime import handover, socket
from app.realtime.channel import Channel
from app.realtime.hooks import Hooks, Push, Viewer
from app.settings import store
from app.social import service as social_service
from app.social import views as social_views
from app.storage.opening import open_storage
from app.studio import pages as studio_pages
from app.studio import pushes
from app.web import assets, csrf, error_pages, headers, input, limits, paths, same_origin, shared, templates, words
from app.web import views as web_views

STATIC = Path(__file__).parent / "static"
log = logging.getLogger(__name__)
BODY_BYTES = 12 * 1024 * 1024
"""Two reference images and the form around them; counted before anything is parsed."""


def build(config: Config) -> Flask:
    """Make the application for a configuration. Touches no network; the database is only opened when it is used."""
    configure_logging(config.log_format)
    app = Flask("app", static_folder=str(STATIC))
    app.jinja_environment = templates.Environment
    _configure(app, config)
    _open_doors(app, config)
    _bind_database(app)
    queue.connect(config.redis_url or "redis://127.0.0.1:6379/0")
    _protect(app, config)
    _add_pages(app, config)
    _add_push(app, config)
    _share_pages(app, config)
    return app


def _configure(app: Flask, config: Config) -> None:
    app.config.update(
        SECRET_KEY=config.secret_key,
        SQLALCHEMY_DATABASE_URI=config.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=_engine_options(config.database_url),
        MAX_CONTENT_LENGTH=BODY_BYTES,
        MAX_FORM_MEMORY_SIZE=256 * 1024,
        MAX_FORM_PARTS=50,
        TEMPLATES_AUTO_RELOAD=False,
        SHARED_SECONDS=1.0,
        COMPRESS_ALGORITHM=["zstd", "br", "gzip"],
        COMPRESS_MIMETYPES=["text/html", "application/json", "application/problem+json"],
        COMPRESS_BR_LEVEL=4,
        SOCK_SERVER_OPTIONS={"thread_class": handover.NoThread},
    )
    app.url_map.strict_slashes = True
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True


def _engine_options(database_url: str) -> dict[str, Any]:
    if not database_url.startswith("postgresql"):
        return sqlite.engine_options()
    from app import postgres  # its driver is nothing that a house on SQLite needs

    return postgres.engine_options()


def _open_doors(app: Flask, config: Config) -> None:
    app.extensions["kinora_config"] = config
    app.extensions["kinora_storage"] = open_storage(config)
    app.extensions["kinora_providers"] = registry = Registry(config)
    for line in registry.unmet():
        log.error("%s", line)


def _bind_database(app: Flask) -> None:
    db.init_app(app)
    Migrate(app, db, directory=str(Path(__file__).parent.parent / "migrations"), render_as_batch=True)
    with app.app_context():
        prepare_engine(db.engine)


def _protect(app: Flask, config: Config) -> None:
    """The hooks of every request, in the order in which they must look at it."""
    headers.init_app(app, config)
    error_pages.init_app(app)
    input.init_app(app)
    same_origin.init_app(app, config)
    limits.init_app(app, config, in_force=_rate_in_force)
    csrf.init_app(app, config)
    sessions.init_app(app, config)


def _rate_in_force(name: str, rule: limits.Rule) -> limits.Rule:
    """How often a person may ask for generations in a minute is a run-time setting (LIM-02)."""
    if name != "generations":
        return rule
    others = rule.account.partition(";")[2]
    return replace(rule, account=f"{store.current().generate_rate_per_minute}/minute;{others}")


def _add_pages(app: Flask, config: Config) -> None:
    assets.init_app(app, watch=config.development)
    web_views.init_app(app, config)
    pages = (accounts_views, files, studio_pages, social_views, admin_pages, health, api_pages, hooks_views)
    for room in pages:
        app.register_blueprint(room.bp)
    app.context_processor(_every_page)
    paths.init_app(app)
    app.jinja_env.globals["csrf_token"] = csrf.token
    app.jinja_env.filters.update(compact=words.compact, when=words.when)
    Compress(app)
    app.wsgi_app = WhiteNoise(  # type: ignore[method-assign]
        app.wsgi_app,
        root=STATIC,
        prefix="static/",
        max_age=0,
        immutable_file_test=_is_immutable,
        allow_all_origins=False,
        add_headers_function=functools.partial(headers.dress_file, https=config.https),
    )


def _share_pages(app: Flask, config: Config) -> None:
    """The outermost of all: what is the same for everybody who is not logged in reaches nothing else."""
    app.wsgi_app = shared.SharedPages(  # type: ignore[method-assign]
        app.wsgi_app,
        ("/", "/explore"),
        seconds=lambda: float(app.config["SHARED_SECONDS"]),
        may=functools.partial(limits.may_have_page, app),
        https=config.https,
    )


def _is_immutable(_path: str, url: str) -> bool:
    """Files under `vendor` carry a hash of their content in the name."""
    return url.startswith("/static/vendor/")


def _every_page() -> dict[str, Any]:
    """What layouts show on every page. Must not look at the database when the request did not."""
    known: dict[str, Any] = {"notice": store.current().site_notice or None}
    if current_user.is_authenticated:
        known["live_version"] = current_user.version
    return known


def _add_push(app: Flask, config: Config) -> None:
    channel = Channel(config.redis_url or "redis://127.0.0.1:6379/0", _hooks(app))
    app.extensions["kinora_channel"] = channel

    @app.before_request
    def guard_socket() -> None:
        # flask-sock accepts before its view runs, so who may not have a socket is refused here.
        if request.path == "/live":
            if sessions.cookie_token() is None:
                raise NotLoggedIn
            socket.check_handshake()
            limits.hit("sockets", *([current_user.id] if current_user.is_authenticated else []))
            handover.prepare(request.environ, whole=channel.hands_over)

    sock.init_app(app)
    sock.route("/live")(socket.view_of(channel))


def _hooks(app: Flask) -> Hooks:
    """What the push channel asks of us; only the first is asked in a request."""

    def viewer() -> Viewer | None:
        known = Viewer(current_user.id, current_user.session_id) if current_user.is_authenticated else None
        # The socket may hold this thread for hours; it must not hold a connection to the database as well.
        db.session.remove()
        return known

    def changes(viewer: Viewer, since: int) -> Push | None:
        with app.app_context():
            be_quick()
            csrf.draw_for(viewer.session_id)
            return pushes.changes(viewer.user_id, since)

    def versions(user_ids: Collection[uuid.UUID]) -> Mapping[uuid.UUID, int]:
        with app.app_context(), db.engine.connect() as connection:
            rows = connection.execute(select(User.id, User.version).where(User.id.in_(user_ids)))
            return {row.id: row.version for row in rows}

    def living(session_ids: Collection[str]) -> Collection[str]:
        with app.app_context():
            return sessions.living(session_ids)

    def likes(creation_ids: Collection[uuid.UUID]) -> str | None:
        with app.app_context():
            return social_service.likes_frame(creation_ids)

    return Hooks(viewer=viewer, changes=changes, versions=versions, living=living, likes=likes)
