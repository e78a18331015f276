#!/bin/sh
# Makes the cache of classes that halves the start of plugins' processes, for the place where an image has its distribution: it is good only for
# jars at the same path and of the same time. In namespaces of its own; needs no root where user namespaces are allowed. Run it after a build
# and before jib:buildTar; without it, processes in an image start without a cache.
set -eu
project=$(cd "$(dirname "$0")/../.." && pwd -P)
distribution=$project/src/cli/target/dist
root=$project/src/cli/target/image-root
java=$(readlink -f "$root/opt/java/bin/java") || { echo "child-cache: build the project first" >&2; exit 2; }
jdk=${java%/bin/java}

rm -rf "$root/opt/dataprism"
mkdir -p "$root/opt/dataprism/sandbox"
cp "$distribution"/sandbox/*.jar "$root/opt/dataprism/sandbox/"
touch -d @1 "$root/opt/dataprism/sandbox"/*.jar # as in the image

work=$(mktemp -d)
trap 'rmdir "$work"' EXIT
unshare --user --map-root-user --mount sh -eu -c '
  jdk=$1 distribution=$2 staged=$3 work=$4
  mount --rbind / "$work"
  mount -t tmpfs tmpfs "$work/opt"
  mkdir -p "$work/opt/java" "$work/opt/dataprism/lib" "$work/opt/dataprism/sandbox"
  mount --bind "$jdk" "$work/opt/java"
  mount --bind "$distribution/lib" "$work/opt/dataprism/lib"
  mount --bind "$staged" "$work/opt/dataprism/sandbox"
  exec chroot "$work" /opt/java/bin/java -cp "/opt/dataprism/lib/*" io.dataprism.core.confinement.ChildCache /opt/dataprism/sandbox
' sh "$jdk" "$distribution" "$root/opt/dataprism/sandbox" "$work"
rm "$root/opt/dataprism/sandbox"/*.jar # those of the distribution are in the image
ls "$root"/opt/dataprism/sandbox/child-*.aot
