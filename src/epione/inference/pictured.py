"""A process that asks one local image-text model one question: `python -m epione.inference.pictured FOLDER MEGABYTES`.

A PNG comes in after one line of JSON (`prompt`, `tokens`); the words go out. No download, no code of the folder, no
pickles. The libraries are optional, and loaded by nobody else.
"""

import importlib
import io
import json
import resource
import sys
from typing import Any

from PIL import Image


def reply_of(folder: str, asked: dict[str, Any], picture: bytes) -> str:
    """What the model writes."""
    transformers = importlib.import_module("transformers")
    pipe = transformers.pipeline(
        "image-text-to-text",
        model=folder,
        device=-1,
        trust_remote_code=False,
        model_kwargs={"local_files_only": True, "use_safetensors": True},
    )
    image = {"type": "image", "image": Image.open(io.BytesIO(picture))}
    message = {"role": "user", "content": [image, {"type": "text", "text": asked["prompt"]}]}
    made = pipe(text=[message], max_new_tokens=asked["tokens"], return_full_text=False, do_sample=False)
    return str(made[0]["generated_text"])


def main() -> int:
    """Read the question, write the reply."""
    most = int(sys.argv[2]) * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    asked = json.loads(sys.stdin.buffer.readline())
    reply = reply_of(sys.argv[1], asked, sys.stdin.buffer.read())
    sys.stdout.buffer.write(reply.encode())
    return 0


if __name__ == "__main__":
    sys.exit(main())
