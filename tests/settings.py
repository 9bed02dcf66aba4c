"""Django settings of the suite: the product's own, in a private home, with fast passwords and a database on file."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

# Each pytest process (xdist runs several) has a home of its own, so that keys, blobs and logs never meet.
_home = Path(tempfile.mkdtemp(prefix="epione-test-"))
os.environ["EPIONE_HOME"] = str(_home)
atexit.register(shutil.rmtree, _home, ignore_errors=True)

from epione.project.settings import *  # noqa: E402, F403 -- the suite runs the product's settings
from epione.project.settings import DATABASES  # noqa: E402 -- adapted below

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # On file, because threads of one process must see one database; without fsync, because the suite may lose it.
    DATABASES["default"]["TEST"] = {"NAME": str(_home / "test.sqlite3")}
    options = DATABASES["default"]["OPTIONS"]
    options["init_command"] = options["init_command"].replace("synchronous=FULL", "synchronous=OFF")
