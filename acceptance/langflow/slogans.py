"""What Langflow's interface writes into a new flow as its description: one of some sixty slogans, in the user's language.

    python acceptance/langflow/slogans.py FOLDER ...

adds what the interfaces below these folders (an installation's virtual environment, an unpacked wheel) write to the fingerprints
that the service knows them by.
"""

import glob
import hashlib
import json
import os
import re
import sys
import unicodedata

KNOWN = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../src/main/resources/langflow-slogans.txt")

_TRANSLATED = re.compile(r'"flow\.defaultDescription\.\d+":("(?:[^"\\]|\\.)*")')
# Before there were translations: a list of texts, this one among them
_ANY = '"Promptly Ingenious!"'


def slogans(folder):
    """All slogans of the interface that is installed below a folder."""
    found = set()
    for path in glob.glob(os.path.join(glob.escape(folder), "**", "frontend", "assets", "*.js"), recursive=True):
        with open(path, encoding="utf-8") as f:
            script = f.read()
        found |= {json.loads(text) for text in _TRANSLATED.findall(script)}
        at = script.find(_ANY)
        if at >= 0 and script[at - 1] in ",[":
            found |= set(json.loads(script[script.rindex("[", 0, at) : script.index("]", at) + 1]))
    return found


def fingerprint(text):
    """The first 64 bits of the SHA-256 of a text's small letters and digits, in hex."""
    letters = "".join(c for c in unicodedata.normalize("NFKC", text) if unicodedata.category(c)[0] in "LN").lower()
    return hashlib.sha256(letters.encode()).hexdigest()[:16]


def known():
    with open(KNOWN, encoding="utf-8") as f:
        return set(f.read().split())


if __name__ == "__main__":
    everything = known() if os.path.exists(KNOWN) else set()
    for folder in sys.argv[1:]:
        of_folder = {fingerprint(text) for text in slogans(folder)}
        print(f"{folder}: {len(of_folder)}, of which {len(of_folder - everything)} were not known")
        everything |= of_folder
    with open(KNOWN, "w", encoding="utf-8") as f:
        f.writelines(f"{one}\n" for one in sorted(everything))
