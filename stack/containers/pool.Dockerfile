# pgbouncer in transaction mode for n8n and the sidecar; Odoo keeps connections of its own (docs/scaling.md).
FROM debian:trixie-slim
RUN apt-get update && apt-get install --no-install-recommends --yes pgbouncer && rm -rf /var/lib/apt/lists/*
COPY stack/containers/pool.sh /usr/local/bin/pool.sh
USER postgres
EXPOSE 6432
ENTRYPOINT ["sh", "/usr/local/bin/pool.sh"]
