# The image installs as `make up` does: with pip, from constraints.txt, the core and every plugin.
#
#   docker build --tag integration-gateway .
#   docker run --init --publish 8080:8080 --volume gateway-data:/var/lib/gateway integration-gateway
#
# Where it takes mail by SMTP (docs/how-to/receive-mail-by-smtp.md), also --publish 25:2525.
# Without a database and a queue in its settings the gateway starts its own below /var/lib/gateway.

FROM python:3.11-slim AS build

WORKDIR /source
COPY constraints.txt .
RUN python -m venv /opt/gateway \
    && /opt/gateway/bin/pip install --no-cache-dir --upgrade --constraint constraints.txt pip

COPY . .
RUN /opt/gateway/bin/pip wheel --no-cache-dir --wheel-dir /wheels \
        --constraint constraints.txt --build-constraint constraints.txt \
        '.[embedded]' $(dirname plugins/*/pyproject.toml) \
    && /opt/gateway/bin/pip install --no-cache-dir --no-index --find-links /wheels \
        --constraint constraints.txt 'integration-gateway[embedded]' /wheels/gateway_*.whl


FROM python:3.11-slim

# The ids are fixed so that a volume keeps its owner from one image to the next.
RUN groupadd --system --gid 10001 gateway \
    && useradd --system --uid 10001 --gid gateway --home-dir /var/lib/gateway \
        --shell /usr/sbin/nologin gateway \
    && install --directory --owner gateway --group gateway --mode 0700 /var/lib/gateway

COPY --from=build /opt/gateway /opt/gateway
ENV PATH=/opt/gateway/bin:$PATH \
    PYTHONUNBUFFERED=1

USER 10001:10001
WORKDIR /var/lib/gateway
VOLUME /var/lib/gateway
EXPOSE 8080

HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8080/livez', timeout=4)"]

CMD ["gateway", "up", "--host", "0.0.0.0", "--data", "/var/lib/gateway"]
