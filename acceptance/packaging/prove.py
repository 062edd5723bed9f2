"""The image's life without an image: the Dockerfile's own commands, run in a folder; and bin/pack."""

import argparse
import json
import os
import re
import shutil
import subprocess
import sys

from acceptance.checks import eventually, expect, expect_equal
from acceptance.live import run
from acceptance.service import Service


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--jar", required=True)
    options.add_argument("--dockerfile", required=True)
    options.add_argument("--jdk", required=True)
    options = options.parse_args()
    return run(lambda report, folder, started: prove(report, options, folder))


def prove(report, options, folder):
    image = read(options.dockerfile)
    app = os.path.join(folder, "app")
    environment = {"PATH": f"{options.jdk}/bin:{os.environ['PATH']}", "HOME": folder, "AOT": "on"}

    with report.check("the jar comes apart into the layers the image copies"):
        java = [f"{options.jdk}/bin/java", "-Djarmode=tools", "-jar", options.jar]
        layers = os.path.join(folder, "layers")
        subprocess.run([*java, "extract", "--layers", "--destination", layers], check=True, capture_output=True)
        expect_equal(sorted(os.listdir(layers)), sorted(image["layers"]), "layers")
        for layer in image["layers"]:
            shutil.copytree(os.path.join(layers, layer), app, dirs_exist_ok=True)

    shutil.copy(os.path.join(os.path.dirname(options.dockerfile), image["script"]), app)

    with report.check("the training run leaves an AOT cache"):
        run = subprocess.run(["sh", "-c", image["training"]], cwd=app, env=environment, capture_output=True, text=True)
        expect(run.returncode == 0, f"exit code {run.returncode}\n{run.stdout[-2000:]}{run.stderr[-2000:]}")
        report.say(f"{os.path.getsize(os.path.join(app, 'app.aot')) >> 20} MiB")

    packing(report, options, folder, environment["PATH"])

    service = Service("service", options.jar, folder, ENVIRONMENT="development", PROVIDERS="sample")
    service.process.folder = app
    service.process.environment["PATH"] = environment["PATH"]

    for cache in (True, False):
        with report.check("it starts with the cache, and uses it" if cache else "it starts without the cache as well"):
            # An unusable cache is passed over in silence; this makes it an error for the check's sake.
            service.process.command = image["start"][:1] + ["-XX:AOTMode=on"] * cache + image["start"][1:]
            if not cache:
                os.remove(os.path.join(app, "app.aot"))
                subprocess.run(["sh", "-c", image["training"]], cwd=app, env={**environment, "AOT": "off"}, check=True)
            service.start()
            report.say(f"ready after {service.started_in:.1f} s")
            answer = service.provision("summarize financial documents")
            expect_equal((answer.status, answer.json["matched"]), (200, True), "status and matched")

        with report.check("the health check says healthy"):
            expect_equal(health(image, service, environment), 0, "exit code")

        with report.check("it stops with exit code 0, and the health check then says unhealthy"):
            expect_equal(service.stop(), 0, "exit code")
            eventually(5, "unhealthy", lambda: health(image, service, environment) != 0)


def packing(report, options, folder, path):
    pack = os.path.join(os.path.dirname(options.dockerfile), "bin", "pack")
    # What is set where it is packed plays no part in the rehearsal
    environment = {"PATH": path, "HOME": folder, "AGENT_RUNTIME_SERVICE_JAR": os.path.abspath(options.jar)}
    environment.update(AGENT_RUNTIME_SERVICE_ROOT_PATH="/ars", AGENT_RUNTIME_SERVICE_RATE_LIMIT_PER_MINUTE="60")

    with report.check("bin/pack touches no folder that is not of its making"):
        foreign = {"home": {"notes": "mine"}, "jar": {"agent-runtime-service.jar": "mine", "app.aot": "mine"}}
        foreign |= {"target": {"agent-runtime-service.jar": "the one to be packed", "notes": "mine"}}
        for name, files in foreign.items():
            place = written(os.path.join(folder, name), files)
            jar = {"AGENT_RUNTIME_SERVICE_JAR": os.path.join(place, "agent-runtime-service.jar")} if name == "target" else {}
            run = subprocess.run([pack, place], env={**environment, **jar}, capture_output=True, text=True)
            expect(run.returncode == 2 and place in run.stderr, f"exit code {run.returncode}\n{run.stdout}{run.stderr}")
            expect_equal(read_all(place), files, "files")

    with report.check("bin/pack replaces what it made before, also half of it, and leaves all else"):
        kept = {"state/langflow.json": "{}", "routes/errors.camel.yaml": "- nothing", ".env.dev": "AGENT_RUNTIME_SERVICE_PORT=none"}
        # Without the jar, as it is left when packing is interrupted
        old = {"lib/old.jar": "old", "app.jsa": "old", "app.aot": "old"}
        old["jvm.options"] = "# made by bin/pack for agent-runtime-service.jar\n"
        place = written(os.path.join(folder, "packed"), {**kept, **old})
        run = subprocess.run([pack, place], env=environment, capture_output=True, text=True)
        expect(run.returncode == 0, f"exit code {run.returncode}\n{run.stdout[-2000:]}{run.stderr[-2000:]}")
        expect(not os.path.exists(os.path.join(place, "lib", "old.jar")), "an old library is still there")
        expect_equal(read_all(place, kept), kept, "files that are not of its making")
        options_file = read_all(place, ["jvm.options"])["jvm.options"]
        cache = options_file.splitlines()[-1].partition("=")[2]
        expect(os.path.getsize(os.path.join(place, cache)) > 1 << 20, f"no cache in\n{options_file}")


def written(place, files):
    for name, text in files.items():
        path = os.path.join(place, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as f:
            f.write(text)
    return place


def read_all(place, names=None):
    texts = {}
    for name in os.listdir(place) if names is None else names:
        with open(os.path.join(place, name), encoding="utf-8") as f:
            texts[name] = f.read()
    return texts


def health(image, service, environment):
    port = {"AGENT_RUNTIME_SERVICE_PORT": str(service.port)}
    return subprocess.run(image["health"], env={**environment, **port}, capture_output=True, timeout=10).returncode


def read(dockerfile):
    """What the image runs: its lines joined as Docker joins them."""
    with open(dockerfile, encoding="utf-8") as f:
        text = f.read().replace("\\\n", "")
    entry = json.loads(re.search(r"^ENTRYPOINT (\[.*\])", text, re.M)[1])
    return {
        "layers": re.findall(r"^COPY --from=build \S+ /build/layers/(\S+)/ \./", text, re.M),
        "training": re.search(r"^RUN (\./train .*)", text, re.M)[1],
        "script": re.search(r"^COPY \S+ (bin/train) \./", text, re.M)[1],
        "health": json.loads(re.search(r"^HEALTHCHECK .* CMD (\[.*\])", text, re.M)[1]),
        # Without the base image's script, which is not here
        "start": entry[1:],
    }


if __name__ == "__main__":
    sys.exit(main())
