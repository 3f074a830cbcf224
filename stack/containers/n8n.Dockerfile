# n8n with our node package, installed the way users do; `python3 -m stack containers` packs it. It has no dependencies but what n8n
# brings (its peers, which npm would look up all the same): nothing is downloaded here, nor at a start.
FROM n8nio/n8n:2.40.7
USER root
COPY n8n-nodes/n8n-nodes-gatehouse.tgz /tmp/
RUN mkdir -p /opt/gatehouse/nodes \
    && cd /opt/gatehouse/nodes \
    && npm install --offline --legacy-peer-deps --ignore-scripts --no-audit --no-fund /tmp/n8n-nodes-gatehouse.tgz \
    && rm -rf /tmp/n8n-nodes-gatehouse.tgz /root/.npm
USER node
