# syntax=docker/dockerfile:1
# docker build -t agent-runtime-service .
# docker run --rm -p 127.0.0.1:8000:8000 agent-runtime-service

FROM maven:3.9-eclipse-temurin-25-noble AS build
WORKDIR /build
COPY pom.xml ./
COPY routes ./routes
COPY src/main ./src/main
# Behind a proxy, which Maven does not find by itself:
# --build-arg MAVEN_OPTS="-Daether.connector.http.useSystemProperties=true -Dhttps.proxyHost=proxy.example -Dhttps.proxyPort=3128"
ARG MAVEN_OPTS=
RUN --mount=type=cache,target=/build/.m2 mvn -B -q -Dmaven.repo.local=.m2 -Dmaven.test.skip=true package
# Libraries, loader and the service itself apart: a change of code alone rebuilds and ships the last layer only.
RUN java -Djarmode=tools -jar target/agent-runtime-service.jar extract --layers --destination layers


# glibc, as the native libraries of matching need it; the same JVM makes the AOT cache and uses it.
FROM eclipse-temurin:25-jre-noble
RUN groupadd --system --gid 10001 ars \
    && useradd --system --uid 10001 --gid ars --home-dir /app --shell /usr/sbin/nologin ars \
    && install -d -o ars -g ars /app /var/lib/agent-runtime-service
WORKDIR /app
# By number: a cluster that lets no root run cannot tell it from a name
USER 10001:10001

COPY --from=build --chown=ars:ars /build/layers/dependencies/ ./
COPY --from=build --chown=ars:ars /build/layers/spring-boot-loader/ ./
COPY --from=build --chown=ars:ars /build/layers/snapshot-dependencies/ ./
COPY --from=build --chown=ars:ars /build/layers/application/ ./

# Rehearses once while building, and keeps what the JVM learned about its classes; bin/train says how.
# --build-arg AOT=off leaves that out: a smaller image that starts more slowly.
ARG AOT=on
COPY --chown=ars:ars bin/train ./
RUN ./train "$AOT"

# Fewer heaps of the C library: threads of a JVM hardly use them, and each keeps memory.
ENV MALLOC_ARENA_MAX=2
ENV AGENT_RUNTIME_SERVICE_STATE_DIR=/var/lib/agent-runtime-service
# The last good flow lists, so that a restart does not depend on a provider.
VOLUME /var/lib/agent-runtime-service
EXPOSE 8000 8001

# Neither curl nor wget is in the image; bash speaks enough HTTP to see a 200.
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 CMD ["bash", "-c", "\
    exec 3<>/dev/tcp/127.0.0.1/${AGENT_RUNTIME_SERVICE_PORT:-8000} \
    && printf 'GET /health/live HTTP/1.0\\r\\nHost: localhost\\r\\n\\r\\n' >&3 \
    && read -r _ status _ <&3 && [ \"$status\" = 200 ]"]

# The base image's own entry point first: it adds private certificate authorities (USE_SYSTEM_CA_CERTS=1) and then becomes java.
ENTRYPOINT ["/__cacert_entrypoint.sh", "java", "@jvm.options", "-jar", "agent-runtime-service.jar"]
