"""The command line: ``tocsin COMMAND``.

Results go to standard output, everything else to standard error. Exit status: 0 done; 1 the
answer is no; 2 wrong usage, or a configuration or store that cannot be used.
"""

from __future__ import annotations

import sys

from bot.cli.app import app
from bot.cli.output import complaints, print_findings
from bot.errors import InputError, QueryError, TocsinError

__all__ = ["app", "main"]

UNUSABLE = 2
INTERRUPTED = 130


def main() -> None:
    """Run the command line and leave with its exit status."""
    try:
        app()
    except QueryError as error:
        from bot.cli.queries import print_query_error  # noqa: PLC0415

        print_query_error(error, complaints())
    except InputError as error:
        print_findings(error.findings, complaints())
    except TocsinError as error:
        complaints().print(f"tocsin: {error}", style="red")
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    except BrokenPipeError:  # `tocsin parse … | head`
        sys.stderr.close()
        sys.exit(0)
    else:
        return
    sys.exit(UNUSABLE)
