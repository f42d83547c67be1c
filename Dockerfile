# Every image of Sight. Everything is built once; an image is one binary:
#
#   docker build --target final --build-arg NAME=accounts -t accounts .
#   docker build --target web --build-arg NAME=web -t web .
#   docker build --target smoke -t smoke .
#
# deploy/build does so for all, and writes their bills of materials into labels.
#
# Bases go by digest. Their tags are renewed by changing both together.
ARG RUST=docker.io/library/rust:1.95-bookworm@sha256:6258907abe69656e41cd992e0b705cdcfabcbbe3db374f92ed2d47121282d4a1
ARG RUNTIME=gcr.io/distroless/base-nossl-debian12:nonroot@sha256:be40c00dfabd86576d92666e87e406714d5618342de1a0c213ad232de255172e
ARG DEBIAN=docker.io/library/debian:bookworm-slim@sha256:7b140f374b289a7c2befc338f42ebe6441b7ea838a042bbd5acbfca6ec875818

# --- manifests alone: what changes seldom, so that dependencies are kept ------
FROM ${RUST} AS manifests
WORKDIR /src
COPY . .
# every crate with empty code: enough for cargo to compile what it depends on
RUN find . -name '*.rs' -delete && \
    find . -name Cargo.toml -not -path ./Cargo.toml -printf '%h\n' | while read -r crate; do \
      mkdir -p "$crate/src" && touch "$crate/src/lib.rs" "$crate/lib.rs" && \
      echo 'fn main() {}' | tee "$crate/src/main.rs" >"$crate/main.rs"; \
    done && \
    find . -type f -not -name '*.rs' -not -name Cargo.toml -not -name Cargo.lock -delete

# --- dependencies --------------------------------------------------------------
FROM ${RUST} AS dependencies
RUN apt-get update && apt-get install -y --no-install-recommends cmake && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY --from=manifests /src .
COPY infra/images/crates infra/images/crates
COPY infra/images/unused infra/images/unused
# forms of Swagger UI's script that no page of ours asks for: empty, they are no part of a binary
ENV SWAGGER_UI_OVERWRITE_FOLDER=/src/infra/images/unused
RUN cargo build --locked --profile dist $(infra/images/crates)

# --- ours ------------------------------------------------------------------------
FROM dependencies AS build
COPY . .
# cargo goes by time: what was empty a layer ago is older than its code now
RUN find . -name '*.rs' -exec touch {} + && \
    cargo build --locked --profile dist $(infra/images/crates) && \
    mkdir /out && for name in $(infra/images/crates names); do cp "target/dist/$name" /out/; done && \
    cp /lib/x86_64-linux-gnu/libgcc_s.so.1 /out/
ARG RUNTIME
ARG REVISION=unknown
RUN mkdir /sbom && BASE="$RUNTIME" REVISION="$REVISION" infra/images/sbom crates /sbom

# --- the console's files, which Node builds and never serves -----------------------------
FROM ${DEBIAN} AS console
# Debian's Node is too old for the toolchain; npm has a newer one as a package
RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates npm && \
    npm install --no-audit --no-fund --prefix /opt/node node@22 && rm -rf /var/lib/apt/lists/*
ENV PATH=/opt/node/node_modules/.bin:$PATH
WORKDIR /src
COPY functions/web/ui/package.json functions/web/ui/package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY functions/web/ui .
RUN npm run build

# --- what the smoke tests run with ---------------------------------------------------
FROM ${DEBIAN} AS curl
RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates curl && rm -rf /var/lib/apt/lists/*

# --- what every image is made of, with its terms: deploy/build writes it into the labels ----
FROM console AS sbom
ARG DEBIAN
ARG REVISION=unknown
COPY --from=build /sbom /sbom
RUN node scripts/sbom.mjs /sbom
COPY --from=curl /var/lib/dpkg /curl/dpkg
COPY infra/images /images
RUN BASE="$DEBIAN" REVISION="$REVISION" DPKG_ADMINDIR=/curl/dpkg /images/sbom debian /sbom smoke

# --- an image: one binary, and what is in it ---------------------------------------
FROM ${RUNTIME} AS final
ARG NAME
ARG REVISION=unknown
LABEL org.opencontainers.image.title=${NAME} \
      org.opencontainers.image.revision=${REVISION} \
      org.opencontainers.image.description="Sight: ${NAME}. /sbom.cdx.json lists every package in it, with its licence"
COPY --from=sbom /sbom/${NAME}.cdx.json /sbom.cdx.json
# the base has a C library and no more; unwinding a panic takes this one
COPY --from=build /out/libgcc_s.so.1 /usr/lib/x86_64-linux-gnu/
COPY --from=build /out/${NAME} /sight
USER 65532:65532
EXPOSE 8080
ENTRYPOINT ["/sight"]

# --- web: its binary and the console ---------------------------------------------------
FROM final AS web
COPY --from=console /src/dist /console

# --- the smoke tests, which need a shell ---------------------------------------------
FROM curl AS smoke
ARG REVISION=unknown
LABEL org.opencontainers.image.title=smoke \
      org.opencontainers.image.revision=${REVISION} \
      org.opencontainers.image.description="Sight: its smoke tests. /sbom.cdx.json lists every package in it"
COPY --from=sbom /sbom/smoke.cdx.json /sbom.cdx.json
COPY infra/deploy/smoke /smoke
USER 65532:65532
ENTRYPOINT ["/smoke"]
