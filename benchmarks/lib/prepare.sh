# The packaged service taken apart, the peers in Java compiled against it, and what Python needs. To be sourced with
# $root set; sets $app, $peers and $python, and BENCHMARK_BUILD, which results are told by.
# Needs: a JDK 17 or newer, Python 3.11 or newer with venv, taskset (util-linux).

work="$root/target/benchmarks"
app="$work/app"
peers="$work/peers"
python="$work/venv/bin/python"

prepare_app() {
    . "$root/acceptance/lib/jar.sh"
    if [ -n "${AGENT_RUNTIME_SERVICE_JAR:-}" ]; then
        ensure_jar "$root"
        BENCHMARK_BUILD="jar $(cksum <"$AGENT_RUNTIME_SERVICE_JAR" | cut -d ' ' -f 1)"
    else
        # Anew each time, so that what is measured is what lies here
        (cd "$root" && ./mvnw -q -B -ntp -DskipTests package)
        BENCHMARK_BUILD=$(git -C "$root" describe --always --dirty 2>/dev/null || echo "no commit")
    fi
    export BENCHMARK_BUILD
    # By content: a reproducible build gives every jar the same date
    local made
    made=$(cksum <"$(jar_of "$root")")
    if [ "$made" != "$(cat "$app/made-from" 2>/dev/null)" ]; then
        mkdir -p "$work"
        rm -rf "$app"
        java -Djarmode=tools -jar "$(jar_of "$root")" extract --destination "$app" >/dev/null
        echo "$made" >"$app/made-from"
    fi
}

prepare_peers() {
    mkdir -p "$peers"
    cp "$root/benchmarks/http/logback.xml" "$peers"
    javac -nowarn -proc:none -parameters --release 17 -d "$peers" \
        -cp "$app/agent-runtime-service.jar:$app/lib/*" "$root"/benchmarks/http/src/io/agentruntime/provision/*.java
}

prepare_python() {
    local wanted
    wanted="$(cat "$root/benchmarks/http/requirements.txt") $("${PYTHON:-python3}" -V)"
    if [ "$wanted" != "$(cat "$work/venv/made-from" 2>/dev/null)" ]; then
        rm -rf "$work/venv"
        "${PYTHON:-python3}" -m venv "$work/venv"
        "$python" -m pip install -q --disable-pip-version-check -r "$root/benchmarks/http/requirements.txt"
        echo "$wanted" >"$work/venv/made-from"
    fi
}

export PYTHONPATH="$root/acceptance/lib:$root/benchmarks/lib" PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
