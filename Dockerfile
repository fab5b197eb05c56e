# One image for every process of Ghost; the command of the container is the role. docs/production.md tells how it is run.
# A tag moves. To build twice from the same bytes: --build-arg NODE_IMAGE=node:24-bookworm-slim@sha256:...
ARG NODE_IMAGE=node:24-bookworm-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /app
COPY .npmrc package.json package-lock.json ./
RUN npm ci
COPY tsconfig.json tsconfig.build.json ./
COPY scripts scripts
COPY src src
RUN npm run build

# The packaged Node is an optional package, and the image has one of its own.
FROM ${NODE_IMAGE} AS packages
WORKDIR /app
COPY .npmrc package.json package-lock.json ./
RUN npm ci --omit=dev --omit=optional

FROM ${NODE_IMAGE}
LABEL org.opencontainers.image.title="ghost" \
      org.opencontainers.image.description="A strict patch runner: every patch is checked, landed in order, read back and accounted for." \
      org.opencontainers.image.version="0.1.0" \
      org.opencontainers.image.licenses="Apache-2.0"

# git and flock land; bubblewrap, setpriv and prlimit fence checks off, bash runs them; ssh opens remotes; tini is process 1.
RUN apt-get update \
 && apt-get install --yes --no-install-recommends \
      bash bubblewrap ca-certificates git mount openssh-client tini util-linux \
 && rm -rf /var/lib/apt/lists/*

WORKDIR /app
COPY --from=packages /app/node_modules node_modules
COPY package.json LICENSE ./
COPY bin bin
COPY scripts/role.js scripts/role.js
COPY scripts/lib scripts/lib
COPY --from=build /app/dist dist

# A named volume begins as a copy of these, with their owner. `scratch` is apart: each container has one of its own.
RUN ln -s /app/bin/ghost /usr/local/bin/ghost \
 && install --directory --owner=1000 --group=1000 --mode=0700 /var/lib/ghost /var/lib/ghost/scratch

ENV NODE_ENV=production \
    GHOST_HOME=/var/lib/ghost \
    GHOST_HOST=0.0.0.0
# By number, so that an orchestrator can see that it is not root.
USER 1000:1000
VOLUME /var/lib/ghost
EXPOSE 5555 5051
STOPSIGNAL SIGTERM
# It starts a Node each time, so it is not asked more often.
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --retries=3 \
  CMD ["node", "/app/scripts/role.js", "alive"]
ENTRYPOINT ["tini", "--", "node", "/app/scripts/role.js"]
CMD ["gateway"]
