# The front door: "make help" lists what there is. Everything else is in pom.xml, build/ and e2e/.
CACHE ?= $(or $(KUIK_CACHE),/var/cache/kuik-e2e)
VERSION := $(shell sed -n 's|^  <version>\(.*\)</version>|\1|p' pom.xml)
COMPONENTS := controller cache-worker gc-worker proxy
CLIENTS := crane skopeo oras
MAVEN := mvn -B -ntp -Dstyle.color=never

export KUIK_CACHE := $(CACHE)
export KUIK_HELM := $(CACHE)/go-tools/helm
export KUIK_REGISTRY_BINARY := $(CACHE)/go-tools/registry
export KUIK_REGISTRY_28_BINARY := $(CACHE)/deb-registry28/root/usr/bin/docker-registry

.DEFAULT_GOAL := help
.PHONY: help bench-copy bench-controller bench-proxy unit format images push chart integration integration-and-images cluster-up cluster-down e2e soak test demo clean tools packages needs-java needs-go needs-root

help: ## this list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / {printf "  make %-16s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

unit: needs-java ## format check, style, compiler warnings as errors, unit tests; needs neither root nor Go
	$(MAVEN) test

format: needs-java ## format all Java sources
	$(MAVEN) -q spotless:apply spotless:apply@format-build

images: needs-java ## the four images as OCI archives in */target/jib-image.tar, ready for a node's containerd
	$(MAVEN) -Pimages -DskipTests verify -pl '!e2e'
	@build/images-made $(VERSION) $(COMPONENTS)

push: images ## push the images to a registry of yours: make push REGISTRY=registry.example.com/kuik
	@build/push "$(REGISTRY)" $(VERSION) $(COMPONENTS)

chart: needs-java tools ## tests of the Helm chart
	$(MAVEN) test -pl e2e -Dchart

integration: needs-java tools packages ## tests of the components against a real registry
	KUIK_CLIENTS="$$(bench/tools $(CLIENTS))" $(MAVEN) verify -Dunit.skip=true -pl '!e2e'

# One run of Maven for both saves a minute in "make test".
integration-and-images: needs-java tools packages
	KUIK_CLIENTS="$$(bench/tools $(CLIENTS))" $(MAVEN) -Pimages verify -Dunit.skip=true -pl '!e2e'
	@build/images-made $(VERSION) $(COMPONENTS)

cluster-up: needs-root needs-go ## a real two-node Kubernetes on this machine; safe to run again
	e2e/cluster/up

cluster-down: needs-root ## removes the cluster and nothing else
	e2e/cluster/down

e2e: needs-java needs-root ## the product in the running cluster (make images cluster-up first)
	$(MAVEN) verify -De2e -pl e2e

soak: images cluster-up ## every row of the outage matrix, kill loops of pulls and collections, and half an hour in which everything is killed: two hours; OUTAGES=write and REPORT=write put the results into docs
	$(MAVEN) verify -De2e -pl e2e -Dsoak=true -Doutages=$(or $(OUTAGES),all) -Dsoak.report=$(REPORT) -Dit.test='InstallE2E,OutageMatrixE2E,HealingE2E,LeaderE2E,KillLoopsE2E,GarbageCollectionE2E,CollectionFaultsE2E,SoakE2E'

test: ## everything: unit, chart, integration, images, cluster, e2e; as root, on Linux
	@build/test

bench-copy: images needs-root tools ## measures the worker against crane, regctl and skopeo: about six minutes
	bench/copy

bench-controller: images cluster-up ## measures the controllers with 5,000 images and 20,000 pods in the cluster: about ten minutes
	bench/controller

bench-proxy: images needs-root tools ## measures the proxy against nginx and the registry itself: about six minutes
	bench/proxy

demo: images cluster-up ## shows the product at work in the cluster
	e2e/demo

clean: ## removes what Maven made; the cache of the cluster's programs stays
	rm -rf target */target build/*/target

tools: needs-go
	@e2e/cluster/build tools

packages:
	@e2e/cluster/fetch

needs-java needs-go needs-root:
	@build/needs $(@:needs-%=%)
