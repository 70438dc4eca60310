# Ottla in the place of Apache Kafka's and Confluent's images. Neither the network nor BuildKit is needed: `npm run image`
# puts all that is copied here into place first. What the image promises is in docs/CONTAINER.md.
ARG BASE=node:26-bookworm-slim

FROM ${BASE} AS root
COPY container/build /tmp/build/container/build
RUN /tmp/build/container/build/prune-root
COPY container /tmp/build/container
COPY .cache/image /tmp/build
RUN cd /tmp/build && container/build/install && rm -rf /tmp/build

# From nothing, so that no layer keeps what was pruned.
FROM scratch AS common
COPY --from=root / /

ARG VERSION=0.0.0
ARG REVISION=unknown
ARG CREATED=1970-01-01T00:00:00Z
LABEL org.opencontainers.image.title="Ottla" \
      org.opencontainers.image.description="An event-streaming broker that speaks Apache Kafka's protocol, byte for byte, on Node.js." \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.created="${CREATED}"

ENV LANG=C.UTF-8 COMPONENT=kafka
WORKDIR /home/appuser
USER appuser
EXPOSE 9092
VOLUME ["/etc/kafka/secrets", "/var/lib/kafka/data", "/mnt/shared/config"]
HEALTHCHECK --interval=2s --timeout=10s --start-period=60s --retries=5 CMD ["/opt/ottla/container/health"]

# No ENTRYPOINT: Testcontainers replaces the command alone.
CMD ["/etc/kafka/docker/run"]

# What takes the place of Confluent's image starts as that does.
FROM common AS confluent
CMD ["/etc/confluent/docker/run"]

FROM common AS kafka
