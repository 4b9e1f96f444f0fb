"""Which store the configuration asks for."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from app.storage.base import Storage

FOLDER = "media"


class Settings(Protocol):
    """The part of the configuration that a store needs; `app.config.Config` has it."""

    @property
    def data(self) -> Path: ...
    @property
    def storage_reserve_mb(self) -> int: ...
    @property
    def s3_bucket(self) -> str: ...
    @property
    def s3_endpoint_url(self) -> str: ...
    @property
    def s3_region(self) -> str: ...
    @property
    def aws_access_key_id(self) -> str: ...
    @property
    def aws_secret_access_key(self) -> str: ...
    @property
    def media_public_url(self) -> str: ...


def open_storage(config: Settings) -> Storage:
    """The bucket when `S3_BUCKET` is set, otherwise the folder `media` in the data folder. Touches no network.

    What a bucket needs is imported only when there is one.
    """
    if not config.s3_bucket:
        from app.storage.folder import FolderStorage

        return FolderStorage(config.data / FOLDER, reserve=config.storage_reserve_mb << 20)
    from app.storage.bucket import BucketStorage

    return BucketStorage(
        config.s3_bucket,
        endpoint_url=config.s3_endpoint_url,
        region=config.s3_region,
        key=config.aws_access_key_id,
        secret=config.aws_secret_access_key,
        public_url=config.media_public_url,
    )
