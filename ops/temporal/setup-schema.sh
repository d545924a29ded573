#!/bin/sh
# Brings Temporal's two databases to the newest schema; run again before each newer server.
set -eu
SQL_PASSWORD="$(cat "${POSTGRES_PASSWORD_FILE:-/run/secrets/postgres_password}")"
export SQL_PASSWORD
for part in temporal visibility; do
  database=temporal
  [ "$part" = visibility ] && database=temporal_visibility
  tool="temporal-sql-tool --plugin postgres12_pgx --ep $POSTGRES_HOST -p ${POSTGRES_PORT:-5432} -u $POSTGRES_USER --db $database"
  $tool create || true
  $tool setup-schema -v 0.0 || true
  $tool update-schema -d "${TEMPORAL_SCHEMA:-/etc/temporal/schema}/postgresql/v12/$part/versioned"
done
