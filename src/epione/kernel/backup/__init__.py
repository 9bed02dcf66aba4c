"""Backups: one encrypted file with database, files and whatever modules add; verified, restored, pruned."""

from .create import BackupMade as BackupMade
from .create import create as create
from .destinations import backup_folder as backup_folder
from .destinations import backups as backups
from .errors import BackupRefused as BackupRefused
from .parts import Part as Part
from .parts import register as register
from .restore import RestoreReport as RestoreReport
from .restore import restore as restore
from .verify import VerifyReport as VerifyReport
from .verify import verify as verify
