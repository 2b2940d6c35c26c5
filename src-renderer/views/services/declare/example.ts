/** A file to begin with; what it leaves open is marked by `…`, which no field accepts. */
export const exampleFile = `version: 1
project: shop
stages:
  - name: dev
  - name: production
    production: true
targets:
  - name: shop-production
    stage: production
    runtime: compose
    host: ssh://deploy@shop.example
    host_key: SHA256:…
    project: shop
services:
  - name: web
    source: { directory: . }
    variables:
      TAG: { required: true }
      DB_PASSWORD: { required: true, secret: true }
    releases_to:
      - target: shop-production
        verify: { window_seconds: 10 }
`
