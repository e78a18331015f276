#!/usr/bin/env bash
# The peers of `./dataprism bench events`. One line for each to standard output, parted by tabs:
#   nchan <version> <nginx> <module>     nats <version> <nats-server>     bun <version> <bun>     or: <name> - <why it is absent>
#   load-tests/peers.sh            looks, and installs Bun into target/event-peers by npm where it is not yet there
#   load-tests/peers.sh install    the same, after installing the Debian packages (as root)
set -u

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
folder=$here/target/event-peers
bun_version=1.4.5

if [ "${1:-}" = install ]; then
  apt-get install -y --no-install-recommends nginx-light libnginx-mod-nchan nats-server >&2
fi

say() {
  local IFS=$'\t'
  printf '%s\n' "$*"
}

look_for_nchan() {
  local nginx module version
  nginx=$(PATH=$PATH:/usr/sbin command -v nginx) || {
    say nchan - 'nginx is not installed (Debian: nginx-light and libnginx-mod-nchan).'
    return
  }
  for module in /usr/lib/nginx/modules/ngx_nchan_module.so /usr/lib64/nginx/modules/ngx_nchan_module.so; do
    if [ -r "$module" ]; then
      version=$("$nginx" -v 2>&1 | sed 's/.*: //')
      version="$version, nchan $(dpkg-query -W -f '${Version}' libnginx-mod-nchan 2>/dev/null || printf unknown)"
      say nchan "$version" "$nginx" "$module"
      return
    fi
  done
  say nchan - 'nginx has no module nchan (Debian: libnginx-mod-nchan).'
}

look_for_nats() {
  local server
  server=$(PATH=$PATH:/usr/sbin command -v nats-server) || {
    say nats - 'nats-server is not installed (Debian: nats-server).'
    return
  }
  say nats "$("$server" -v | sed 's/.*: *//')" "$server"
}

look_for_bun() {
  local package bun
  case $(uname -m) in
    x86_64) package=@oven/bun-linux-x64-baseline ;;
    aarch64) package=@oven/bun-linux-aarch64 ;;
    *)
      say bun - "Bun is not built for $(uname -m)."
      return
      ;;
  esac
  bun=$folder/node_modules/$package/bin/bun
  if [ ! -x "$bun" ]; then
    command -v npm >/dev/null 2>&1 || {
      say bun - 'npm is not installed, which fetches it.'
      return
    }
    mkdir -p "$folder" && timeout 240 npm install --prefix "$folder" --no-audit --no-fund "$package@$bun_version" >&2 || {
      say bun - "npm could not install $package@$bun_version."
      return
    }
  fi
  say bun "$("$bun" --version)" "$bun"
}

look_for_nchan
look_for_nats
look_for_bun
