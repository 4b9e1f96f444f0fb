"""What a bucket's server says, in words for an operator, with the variable to look at."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any

from app.storage.base import StorageError

_BAD_KEYS = {
    "InvalidAccessKeyId",
    "SignatureDoesNotMatch",
    "AccessDenied",
    "403",
    "401",
    "Unauthorized",
    "InvalidToken",
}


@contextmanager
def spoken(bucket: str) -> Iterator[None]:
    """Turn what boto3 says into words for an operator, with the variable to look at."""
    from boto3.exceptions import Boto3Error
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        yield
    except ClientError as error:
        raise StorageError(_refusal(error.response, bucket)) from error
    except (BotoCoreError, Boto3Error) as error:
        raise StorageError(_failure(error)) from error
    except OSError as error:
        raise StorageError(f"A local file failed on its way to or from the bucket ({error.strerror}).") from error


def code_of(response: Mapping[str, Any]) -> str:
    """The server's own name for what went wrong."""
    return str(response.get("Error", {}).get("Code", ""))


def _refusal(response: Mapping[str, Any], bucket: str) -> str:
    code = code_of(response)
    if code == "NoSuchBucket":
        return f"S3_BUCKET: there is no bucket named {bucket}."
    if code in _BAD_KEYS:
        return f"AWS_ACCESS_KEY_ID or AWS_SECRET_ACCESS_KEY: the bucket {bucket} refuses these keys ({code})."
    status = ""
    with suppress(KeyError, TypeError):
        status = f", status {response['ResponseMetadata']['HTTPStatusCode']}"
    return f"The bucket {bucket} answered {code or 'an error'}{status}."


def _failure(error: Exception) -> str:
    name = type(error).__name__
    if "Credentials" in name:
        return "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY: none are set."
    if "Connect" in name or "Timeout" in name or "Endpoint" in name:
        return f"S3_ENDPOINT_URL or S3_REGION: the bucket's server cannot be reached ({name})."
    return f"The bucket's server could not be talked to ({name})."
