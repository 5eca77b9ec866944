FROM golang:1.26 AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN CGO_ENABLED=0 go build -trimpath -ldflags "-s -w" -o /understudy ./cmd/understudy

FROM scratch
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /understudy /understudy
USER 65534
EXPOSE 8010
ENTRYPOINT ["/understudy"]
CMD ["serve", "--addr", "0.0.0.0:8010", "--allow-host", "*"]
