# The service in an image of its own: built once, run by a user without rights. It writes to its volume alone, so it can run
# with a read-only root (--read-only --tmpfs /tmp --cap-drop ALL --security-opt no-new-privileges --memory 512m); for
# production pin the base images by digest.
FROM rust:1.95-slim-bookworm AS build
RUN apt-get update && apt-get install -qy --no-install-recommends gcc g++ libc6-dev make && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY . .
RUN --mount=type=cache,target=/usr/local/cargo/registry --mount=type=cache,target=/src/target \
    cargo build --release --locked --package app && cp target/release/profile /usr/local/bin/profile

FROM debian:bookworm-slim
RUN apt-get update && apt-get install -qy --no-install-recommends ca-certificates && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /var/lib/profile --create-home profile
COPY --from=build /usr/local/bin/profile /usr/local/bin/profile
USER profile
WORKDIR /var/lib/profile
VOLUME /var/lib/profile
ENV PROFILE_BIND=0.0.0.0:8080
EXPOSE 8080
STOPSIGNAL SIGTERM
# The image has no HTTP client, so bash sends the request.
HEALTHCHECK --interval=10s --timeout=3s --start-period=5s \
    CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/8080 && printf 'GET /readyz HTTP/1.0\\r\\n\\r\\n' >&3 && grep -q '200 OK' <&3"]
ENTRYPOINT ["profile"]
CMD ["serve"]
