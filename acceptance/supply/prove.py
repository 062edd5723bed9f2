"""Two builds compared byte for byte, and the list of parts held against the jar and a list of licences."""

import argparse
import hashlib
import json
import os
import re
import subprocess
import sys
import tempfile
import zipfile

from acceptance.checks import Report, expect, expect_equal

# May be shipped in binary form with an Apache-2.0 work; of several that a part is offered under, one is enough.
ALLOWED = {"Apache-2.0", "MIT", "MIT-0", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "EPL-2.0", "EPL-1.0", "ISC", "0BSD"}
JAR = "target/agent-runtime-service.jar"


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--root", required=True)
    root = options.parse_args().root
    report = Report()
    with tempfile.TemporaryDirectory(prefix="agent-runtime-supply-") as folder:
        jars = []
        with report.check("two clean builds of this commit are the same bytes"):
            jars = [build(root, os.path.join(folder, name)) for name in ("one", "another-place")]
            expect_equal(*map(digest, jars), "SHA-256 of the second build")
            report.say(f"SHA-256 {digest(jars[0])}")
        with report.check("the jar's list of parts names every library in it"):
            parts, libraries = read(jars[0])
            named = {f"{part['name']}-{part['version']}.jar" for part in parts}
            expect(len(libraries) > 50, f"only {len(libraries)} libraries found")
            expect_equal(sorted(set(libraries) - named), [], "libraries that are not listed")
        with report.check("every part has a licence that may be shipped"):
            odd = {part["name"]: licences(part) for part in parts if not ALLOWED & set(licences(part))}
            expect_equal(odd, {}, "other licences")
    return report.finish()


def build(root, place):
    subprocess.run(["git", "clone", "-q", "--no-hardlinks", root, place], check=True)
    subprocess.run(["./mvnw", "-q", "-B", "-ntp", "-DskipTests", "package"], cwd=place, check=True, stdin=subprocess.DEVNULL)
    return os.path.join(place, JAR)


def digest(jar):
    with open(jar, "rb") as f:
        return hashlib.file_digest(f, "sha256").hexdigest() if sys.version_info >= (3, 11) else hashlib.sha256(f.read()).hexdigest()


def read(jar):
    with zipfile.ZipFile(jar) as z:
        sbom = json.loads(z.read("META-INF/sbom/application.cdx.json"))
        libraries = [os.path.basename(n) for n in z.namelist() if re.fullmatch(r"BOOT-INF/lib/[^/]+\.jar", n)]
    # Spring Boot's own reader of its layers, put in by the build
    return sbom["components"], [n for n in libraries if not n.startswith("spring-boot-jarmode-tools-")]


def licences(part):
    names = []
    for one in part.get("licenses", []):
        licence = one.get("license", {})
        names += [licence.get("id") or licence.get("name")] if licence else re.split(r" OR ", one.get("expression", ""))
    return names


if __name__ == "__main__":
    sys.exit(main())
