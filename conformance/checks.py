"""Checks that are counted: each prints one line, `ok …` or `FAILED …`, and the rest goes on."""

import os
import sys
import traceback

from azure.identity import OnBehalfOfCredential

failures = 0


def check(name):
    """Runs the function at once as the check of that name; what it returns takes its place, None if it failed."""

    def run(function):
        global failures
        try:
            result = function()
            print(f"ok {name}")
            return result
        except Exception as error:  # a check that fails must not end the others
            failures += 1
            print(f"FAILED {name}: {type(error).__name__}: {error}".replace("\n", " ")[:1000])
            traceback.print_exc()
            return None

    return run


def expect(actual, wanted):
    if actual != wanted:
        raise AssertionError(f"expected {wanted!r}, got {actual!r}")


def finish():
    sys.exit(1 if failures else 0)


def on_behalf_of(assertion):
    """The credential of a person whose token for the gateway is `assertion`."""
    return OnBehalfOfCredential(
        tenant_id=os.environ["AZURE_TENANT_ID"],
        client_id=os.environ["AZURE_CLIENT_ID"],
        client_secret=os.environ["AZURE_CLIENT_SECRET"],
        user_assertion=assertion,
    )
