# A static program and nothing else: docker build -t huepack . && docker run --rm -v "$PWD:/work" huepack check
FROM rust:1.95-alpine AS build
RUN apk add --no-cache musl-dev python3
WORKDIR /source
COPY . .
RUN cargo build --release --locked -p huepack-cli \
    && ./target/release/huepack --version \
    && python3 release/third_party.py "$(rustc -vV | sed -n 's/^host: //p')" >THIRD-PARTY.txt \
    && mkdir /work

FROM scratch
COPY --from=build /source/target/release/huepack /usr/local/bin/huepack
COPY --from=build /source/LICENSE-APACHE /source/LICENSE-MIT /source/THIRD-PARTY.txt /usr/local/share/doc/huepack/
COPY --from=build --chown=65532:65532 /work /work
# No user of the host by chance; files of a mounted folder are written with `--user "$(id -u):$(id -g)"`.
USER 65532:65532
WORKDIR /work
ENTRYPOINT ["/usr/local/bin/huepack"]
CMD ["--help"]
