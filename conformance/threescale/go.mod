module mlgraph.example/conformance/threescale

go 1.22

require github.com/3scale/3scale-porta-go-client v0.12.0
