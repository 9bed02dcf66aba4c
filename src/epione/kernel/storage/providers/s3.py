"""Encrypted files in a bucket of S3, or of a service that speaks its protocol."""

import tempfile
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import boto3

from .base import Store

PIECE = 1024 * 1024
IN_MEMORY = 8 * PIECE


class BucketStore(Store):
    """One object per file; S3 shows an object only once it is whole."""

    def __init__(self, client: Any, bucket: str, prefix: str) -> None:
        self._client, self._bucket, self._prefix = client, bucket, prefix

    def write(self, name: str, pieces: Iterable[bytes]) -> None:
        with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY) as file:
            file.writelines(pieces)
            file.seek(0)
            self._client.upload_fileobj(file, self._bucket, self._prefix + name)

    def read(self, name: str) -> Iterator[bytes]:
        try:
            body = self._client.get_object(Bucket=self._bucket, Key=self._prefix + name)["Body"]
        except self._client.exceptions.NoSuchKey as error:
            raise FileNotFoundError(name) from error
        yield from body.iter_chunks(PIECE)

    def delete(self, name: str) -> None:
        self._client.delete_object(Bucket=self._bucket, Key=self._prefix + name)

    def names(self) -> Iterator[str]:
        pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=self._prefix)
        for page in pages:
            for item in page.get("Contents", []):
                yield item["Key"].removeprefix(self._prefix)


def connect(url: str) -> BucketStore:
    """`s3://bucket/prefix?region=eu-west-3&endpoint=https://...`; credentials as AWS tools find them."""
    parts = urlsplit(url)
    options = {name: values[0] for name, values in parse_qs(parts.query).items()}
    client = boto3.client("s3", region_name=options.get("region"), endpoint_url=options.get("endpoint"))
    prefix = parts.path.strip("/")
    return BucketStore(client, parts.netloc, f"{prefix}/" if prefix else "")
