"""What Schemathesis would call an error and the API promises: parameters that it does not know are ignored."""

import schemathesis

KNOWN = {"limit", "offset"}


@schemathesis.hook
def filter_case(context, case):
    return set(case.query or {}) <= KNOWN
