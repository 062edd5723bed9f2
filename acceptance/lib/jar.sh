# The packaged service: AGENT_RUNTIME_SERVICE_JAR names one; else target/, built when it is missing.

jar_of() {
    printf '%s\n' "${AGENT_RUNTIME_SERVICE_JAR:-$1/target/agent-runtime-service.jar}"
}

ensure_jar() {
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
