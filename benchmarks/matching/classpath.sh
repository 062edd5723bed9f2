# Compiles the service and what measures it; sets $classpath. To be sourced, from anywhere.
set -eu
# As mvnw takes it
[ -z "${JAVA_HOME:-}" ] || export PATH="$JAVA_HOME/bin:$PATH"
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
out="$root/target/benchmarks/matching"
mkdir -p "$out"
(cd "$root" && { ./mvnw -q -o compile dependency:build-classpath -Dmdep.outputFile="$out/classpath.txt" \
    || ./mvnw -q compile dependency:build-classpath -Dmdep.outputFile="$out/classpath.txt"; }) >&2
classpath="$out:$root/target/classes:$(cat "$out/classpath.txt")"
javac -nowarn -d "$out" -cp "$classpath" "$here"/src/io/agentruntime/matching/*.java
