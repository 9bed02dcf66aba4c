"""Encrypted files: `put_blob` stores, `open_blob` and `stream_blob` read."""

from .blobs import BlobRef as BlobRef
from .blobs import NewBlob as NewBlob
from .blobs import delete_blob as delete_blob
from .blobs import open_blob as open_blob
from .blobs import put_blob as put_blob
from .blobs import put_blobs as put_blobs
from .blobs import stream_blob as stream_blob
from .blobs import stream_blobs as stream_blobs
from .blobs import stream_stored as stream_stored
from .sweep import sweep as sweep
