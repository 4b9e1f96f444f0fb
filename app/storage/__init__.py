"""Generated and uploaded files: in the data folder, or in a bucket that speaks S3."""

from app.storage.base import Storage, StorageError, Stored
from app.storage.keys import attachment, is_key, new_key
from app.storage.opening import open_storage

__all__ = ["Storage", "StorageError", "Stored", "attachment", "is_key", "new_key", "open_storage"]
