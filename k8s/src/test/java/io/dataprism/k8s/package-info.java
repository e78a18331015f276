/** The manifests as kustomize renders them: held against Kubernetes' schemas, against each other, and against what the service reads. */
package io.dataprism.k8s;
