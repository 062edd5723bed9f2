# The packaged service: AGENT_RUNTIME_SERVICE_JAR names one; else target/, built when it is missing.

# As mvnw takes it
[ -z "${JAVA_HOME:-}" ] || export PATH="$JAVA_HOME/bin:$PATH"

jar_of() {
    printf '%s\n' "${AGENT_RUNTIME_SERVICE_JAR:-$1/target/agent-runtime-service.jar}"
}

# Says which one it is: one that lies there is taken as it is, though the sources may have changed.
ensure_jar() {
    build_jar "$1"
    echo "$(jar_of "$1"), SHA-256 $(sha256sum <"$(jar_of "$1")" | cut -c 1-12)"
}

build_jar() {
    if [ -f "$(jar_of "$1")" ]; then
        return
    fi
    if [ -n "${AGENT_RUNTIME_SERVICE_JAR:-}" ]; then
        echo "there is no $AGENT_RUNTIME_SERVICE_JAR" >&2
        return 2
    fi
    echo "building target/agent-runtime-service.jar"
    (cd "$1" && ./mvnw -q -DskipTests package)
}
