# syntax=docker/dockerfile:1
# Slim, not Alpine: Temporal's SDK has no build for musl. Pin the digest when you mirror the image (docs/guides/production.md).
FROM node:24-bookworm-slim AS build
WORKDIR /paraphe
COPY package.json package-lock.json .npmrc* ./
RUN npm ci --no-audit --no-fund
COPY . .
RUN node -e "import('./local/setup/build.mjs').then(({ build }) => build())" \
  && npm prune --omit=dev --no-audit --no-fund

FROM node:24-bookworm-slim
# pg_dump and pg_restore of the server's version, for the backups.
RUN apt-get update && apt-get install -y --no-install-recommends postgresql-common ca-certificates \
  && /usr/share/postgresql-common/pgdg/apt.postgresql.org.sh -y \
  && apt-get install -y --no-install-recommends postgresql-client-18 && rm -rf /var/lib/apt/lists/*
WORKDIR /paraphe
ENV NODE_ENV=production
COPY --from=build --chown=root:root /paraphe/package.json ./
COPY --from=build --chown=root:root /paraphe/node_modules ./node_modules
COPY --from=build --chown=root:root /paraphe/dist ./dist
RUN mkdir -p /var/lib/paraphe/archive /var/backups/paraphe && chown -R 1000:1000 /var/lib/paraphe /var/backups/paraphe
USER 1000:1000
CMD ["node", "dist/api/main.js"]
