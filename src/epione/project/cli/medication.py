"""`epione medication`: search, interactions and review from the command line."""

import typer

app = typer.Typer(no_args_is_help=True, help="Search a medicine, check a pair, review a treatment.")
