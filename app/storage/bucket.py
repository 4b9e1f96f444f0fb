"""Files in a bucket of any server that speaks S3 (MED-01).

Facts about boto3 1.44 and R2 were measured on 2026-11-20: addresses are signed the old way unless s3v4 is asked for;
R2 and MinIO refuse the checksums that newer clients add by themselves; one 8 MB part at a time costs 8 MB of memory,
the default threads 123 MB.
"""

from __future__ import annotations

import os
import secrets
import threading
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.storage.base import StorageError, Stored
from app.storage.bucket_words import code_of, spoken
from app.storage.keys import attachment, checked, is_key, new_key
from app.storage.patience import HASTY, PATIENT, Hurried, Patience, in_time

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

PRIVATE = "private, no-store"
PUBLIC = "public, max-age=31536000, immutable"
MAX_SECONDS = 300
"""A signed address opens a draft for whoever holds it, so it never lives longer."""
_PART = 8 << 20
_CHUNK = 16 << 10
"""Small, because the clock is looked at between two of them."""
_ABSENT = {"404", "NoSuchKey", "NotFound"}


class BucketStorage:
    """A store in one bucket. Safe to share between threads and to make before a fork."""

    def __init__(
        self,
        bucket: str,
        *,
        endpoint_url: str = "",
        region: str = "",
        key: str,
        secret: str,
        public_url: str = "",
        patience: Patience = PATIENT,
    ) -> None:
        """Empty `endpoint_url` means AWS itself; empty `key` leaves the credentials to boto3's own search.

        `public_url` is where published files may be opened without a signature, such as a CDN.
        """
        self._bucket = bucket
        self._endpoint_url = endpoint_url
        self._region = region
        self._credentials = (key, secret)
        self._public_url = public_url.rstrip("/")
        self._patience = patience
        self._hasty: BucketStorage | None = None
        self._client: tuple[int, S3Client] | None = None
        self._lock = threading.Lock()

    def hasty(self) -> BucketStorage:
        """The same store for a request, which cannot wait as long as a worker."""
        self._hasty = self._hasty or BucketStorage(
            self._bucket,
            endpoint_url=self._endpoint_url,
            region=self._region,
            key=self._credentials[0],
            secret=self._credentials[1],
            public_url=self._public_url,
            patience=HASTY,
        )
        return self._hasty

    def put(self, key: str, source: Path, media_type: str, *, public: bool = False) -> Stored:
        """Store a file and compare its size in the bucket. Needs about 8 MB of memory whatever the file's size."""
        from boto3.s3.transfer import TransferConfig

        extra = {"ContentType": media_type, "CacheControl": PUBLIC if public else PRIVATE}
        config = TransferConfig(use_threads=False, multipart_threshold=_PART, multipart_chunksize=_PART)
        with spoken(self._bucket), Hurried(source) as data:
            size = os.fstat(data.fileno()).st_size
            data.until = self._until(size)
            self._s3().upload_fileobj(data, self._bucket, checked(key), ExtraArgs=extra, Config=config)
        stored = self.head(key)
        if stored is None or stored.size != size:
            raise StorageError("The bucket holds a file with another size than was sent.")
        return stored

    def head(self, key: str) -> Stored | None:
        """What lies under a key."""
        facts = self._facts(key)
        return Stored(key, facts["ContentLength"], facts["LastModified"]) if facts else None

    def fetch(self, key: str, target: Path) -> bool:
        """Copy a stored file to a local path; the target appears whole or not at all."""
        part = target.with_name(f".part-{secrets.token_hex(8)}")
        try:
            with spoken(self._bucket):
                answer = self._answer("get_object", key)
                if answer is None:
                    return False
                until = self._until(answer["ContentLength"])
                with part.open("xb") as file:
                    for chunk in answer["Body"].iter_chunks(_CHUNK):
                        in_time(until)
                        file.write(chunk)
                    if file.tell() != answer["ContentLength"]:
                        raise StorageError("The bucket broke off in the middle of a file.")
                part.replace(target)
        finally:
            part.unlink(missing_ok=True)
        return True

    def copy(self, key: str, to: str, *, public: bool = False) -> bool:
        """Copy under a second key without the bytes passing through here; the type comes along."""
        facts = self._facts(key)
        if facts is None:
            return False
        with spoken(self._bucket):
            self._s3().copy_object(
                Bucket=self._bucket,
                Key=checked(to),
                CopySource={"Bucket": self._bucket, "Key": key},
                MetadataDirective="REPLACE",
                ContentType=facts["ContentType"],
                CacheControl=PUBLIC if public else PRIVATE,
            )
        return True

    def delete(self, key: str) -> None:
        """Remove a file."""
        with spoken(self._bucket):
            self._s3().delete_object(Bucket=self._bucket, Key=checked(key))

    def keys(self, prefix: str = "") -> Iterator[Stored]:
        """Every stored file whose key begins with `prefix`, a page at a time; what is not ours is passed over."""
        with spoken(self._bucket):
            pages = self._s3().get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=prefix)
            for page in pages:
                for item in page.get("Contents", []):
                    if is_key(item["Key"]):
                        yield Stored(item["Key"], item["Size"], item["LastModified"])

    def path(self, key: str) -> Path | None:
        """None: the file is not on this machine."""
        return None

    def address(self, key: str, *, seconds: int, download_name: str | None = None, public: bool = False) -> str | None:
        """The public address of a published file; for all else one signed for `seconds`, never more than 300.

        A download is always signed: a public address cannot carry a file name. No network.
        """
        if public and self._public_url and not download_name:
            return f"{self._public_url}/{checked(key)}"
        params = {"Bucket": self._bucket, "Key": checked(key)}
        if download_name:
            params["ResponseContentDisposition"] = attachment(download_name)
        with spoken(self._bucket):
            expires = max(1, min(seconds, MAX_SECONDS))
            return self._s3().generate_presigned_url("get_object", Params=params, ExpiresIn=expires)

    def tidy(self, older_than: timedelta = timedelta(hours=1)) -> int:
        """Give up uploads in parts that nobody finished: they are listed nowhere else, and paid for."""
        limit = datetime.now(UTC) - older_than
        removed = 0
        with spoken(self._bucket):
            for page in self._s3().get_paginator("list_multipart_uploads").paginate(Bucket=self._bucket):
                for upload in page.get("Uploads", []):
                    if is_key(upload["Key"]) and upload["Initiated"] < limit:
                        self._s3().abort_multipart_upload(
                            Bucket=self._bucket, Key=upload["Key"], UploadId=upload["UploadId"]
                        )
                        removed += 1
        return removed

    def space(self) -> None:
        """None: a bucket does not say."""

    def check(self) -> None:
        """Write, read and delete a tiny file."""
        key = new_key("reference", "check")
        with spoken(self._bucket):
            self._s3().put_object(Bucket=self._bucket, Key=key, Body=b"kinora", CacheControl=PRIVATE)
            try:
                answer = self._answer("get_object", key)
                if answer is None or answer["Body"].read() != b"kinora":
                    raise StorageError("S3_BUCKET: the bucket gave back something else than was written.")
            finally:
                self._s3().delete_object(Bucket=self._bucket, Key=key)

    def _until(self, size: int) -> float:
        """The moment at which a file of this size must have come or gone."""
        return time.monotonic() + self._patience.total + size * self._patience.per_byte

    def _facts(self, key: str) -> Mapping[str, Any] | None:
        with spoken(self._bucket):
            return self._answer("head_object", key)

    def _answer(self, method: str, key: str) -> Mapping[str, Any] | None:
        from botocore.exceptions import ClientError

        try:
            answer: Mapping[str, Any] = getattr(self._s3(), method)(Bucket=self._bucket, Key=checked(key))
        except ClientError as error:
            if code_of(error.response) in _ABSENT:
                return None
            raise
        return answer

    def _s3(self) -> S3Client:
        """This process's client: one that was made before a fork would share its sockets with the parent."""
        if self._client and self._client[0] == os.getpid():
            return self._client[1]
        with self._lock:
            try:
                self._client = (os.getpid(), self._connect())
            except ValueError as error:
                raise StorageError("S3_ENDPOINT_URL: this is not an address.") from error
            return self._client[1]

    def _connect(self) -> S3Client:
        from boto3.session import Session
        from botocore.config import Config

        config = Config(
            signature_version="s3v4",
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
            connect_timeout=self._patience.connect,
            read_timeout=self._patience.read,
            retries={"total_max_attempts": self._patience.attempts, "mode": "standard"},
            # R2 and MinIO answer at one host for all buckets; AWS wants the bucket in the host's name.
            s3={"addressing_style": "path" if self._endpoint_url else "virtual"},
        )
        key, secret = self._credentials
        return Session().client(
            "s3",
            endpoint_url=self._endpoint_url or None,
            region_name=self._region or None,
            aws_access_key_id=key or None,
            aws_secret_access_key=secret or None,
            config=config,
        )
