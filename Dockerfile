# cqshop in a container: docker build -t cqshop . && docker run --rm --user "$(id -u):$(id -g)" -v "$PWD:/work" cqshop run
# Not built in CI, which has no Docker.
FROM node:22-slim AS build
WORKDIR /source
COPY . .
RUN npm ci --no-audit --no-fund && mkdir /package && npm pack --ignore-scripts --pack-destination /package

FROM node:22-slim
COPY --from=build /package/*.tgz /tmp/
RUN npm install --global --no-audit --no-fund /tmp/*.tgz && rm /tmp/*.tgz
# Results, datasets and models are written to the directory that is mounted here, by the user who is named with --user.
RUN install --directory --owner node --group node /work
WORKDIR /work
USER node
ENTRYPOINT ["cqshop"]
