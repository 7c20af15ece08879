# lib.sh: paths, addresses and helpers that the scripts here share. Sourced, never run.
set -euo pipefail
HERE="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
CACHE="${KUIK_CACHE:-/var/cache/kuik-e2e}"      # built programs, packages, images: survives down
STATE=/var/lib/kuik-e2e                         # the one cluster of this machine: removed by down
BIN="$STATE/bin" SYS="$STATE/sys" IMAGES="$STATE/images"      # links into the cache, made by up
PKI="$STATE/pki" LOG="$STATE/log" RUN="$STATE/run"
LIBDIR="$SYS/usr/lib/x86_64-linux-gnu"
export PATH="/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:$PATH"
P=kuik-e2e                                      # namespaces and cgroups made here start with this
LINK=kuike2e0                                   # the machine's own link to the cluster
LAN_NS=$P-lan NET_NS=$P-internet CP_NS=$P-n1
LAN=198.51.100 PODS=198.18.0.0/16 SERVICES=198.19.0.0/16
CP_IP=$LAN.11 RESOLVER_IP=$LAN.53 ROOT_IP=$LAN.254 DNS_IP=198.19.0.10
KUBECONFIG_ADMIN="$STATE/admin.kubeconfig"
# The internet: name and address of each registry, and of the host that docker.io's blobs come from. docker.io has more
# names, see names_of.
HUB_DOWNLOADS=production.cloudflare.docker.com
declare -A NET_IP=([docker.io]=$LAN.80 [registry.example.test]=$LAN.81 [private.example.test]=$LAN.82 [hanging.example.test]=$LAN.83
                   [$HUB_DOWNLOADS]=$LAN.84 [old.example.test]=$LAN.85)
NET_NAMES=(docker.io $HUB_DOWNLOADS registry.example.test private.example.test old.example.test hanging.example.test)

say() { printf '%s %s\n' "$(date +%H:%M:%S)" "$*" >&2; }
die() { printf '%s: %s\n' "$(basename "$0")" "$*" >&2; exit 1; }
need_root() {
  [ "$(uname -sm)" = "Linux x86_64" ] || die "this test bed runs on Linux x86_64 only, and this is $(uname -sm)"
  [ "$(id -u)" = 0 ] || die "makes network namespaces, mounts and cgroups, so it needs root; run it as root (sudo $0)"
}
need_cluster() { [ -f "$STATE/ready" ] || die "no cluster is up (no $STATE/ready); start it with $HERE/up"; }
# lock FILE: one build, up or down at a time. Long-lived children must be started with 9>&-.
lock() { exec 9> "$1"; flock -n 9 || { say "waiting for another run that holds $1"; flock 9; }; }
names_of() { [ "$1" = docker.io ] && echo docker.io registry-1.docker.io index.docker.io auth.docker.io || echo "$1"; }
internet_hosts() { local n; for n in "${NET_NAMES[@]}"; do echo "${NET_IP[$n]} $(names_of "$n")"; done; }
node_ip() { echo "$LAN.$((10 + ${1#n}))"; }         # n1 -> 198.51.100.11
node_pods() { echo "198.18.${1#n}.0/24"; }          # n1 -> 198.18.1.0/24
node_dir() { echo "$STATE/nodes/$1"; }
k() { NO_PROXY='*' KUBECONFIG="$KUBECONFIG_ADMIN" "$BIN/kubectl" "$@"; }
# Before the unpacked Debian programs: they come with their own libraries.
SYS_ENV=(env "PATH=$SYS/usr/sbin:$SYS/usr/bin:$BIN:$PATH" "LD_LIBRARY_PATH=$LIBDIR" "XTABLES_LIBDIR=$LIBDIR/xtables")
in_net() { local ns=$1; shift; nsenter --net="/run/netns/$ns" -- "$@"; }

# --- processes: "PID START-TIME" in a file, so that a reused pid is never taken for ours
proc_start() { sed 's/.*) //' "/proc/$1/stat" 2>/dev/null | cut -d' ' -f20; }
record() { echo "$2 $(proc_start "$2")" > "$1"; }
pid_of() { cut -d' ' -f1 "$1"; }
alive() { # alive PIDFILE
  local pid start stat
  { read -r pid start < "$1"; } 2>/dev/null || return 1
  [ -n "$start" ] && { read -r stat < "/proc/$pid/stat"; } 2>/dev/null || return 1
  set -- ${stat##*) }
  [ "${20}" = "$start" ] && [ "$1" != Z ] && [ "$1" != X ]
}
# What outlives its starter must not keep what that has open, such as the file of somebody's "flock FILE up".
close_inherited() { local f; for f in /proc/$$/fd/*; do f=${f##*/}; if [ "$f" -gt 2 ] && [ "$f" != 255 ]; then eval "exec $f>&-"; fi; done; }
daemon() { # daemon NAME CMD...: starts CMD detached, once, with a log and a pid file
  local name=$1; shift
  alive "$RUN/$name.pid" && return 0
  setsid nohup "$@" < /dev/null >> "$LOG/$name.log" 2>&1 9>&- &
  record "$RUN/$name.pid" $!
  disown
}
wait_for() { # wait_for SECONDS WHAT CMD...
  local end=$(( SECONDS + $1 )) what=$2 out; shift 2
  until out=$("$@" 2>&1); do
    [ $SECONDS -lt $end ] || die "waited in vain for $what: ${out:-no output of: $*}"
    sleep .1
  done
}
node_pid() {
  [ -d "$STATE/nodes" ] || die "no cluster is up; start it with $HERE/up"
  alive "$(node_dir "$1")/init.pid" || die "no node '$1' is up; there are: $(cd "$STATE/nodes" && echo *)"
  pid_of "$(node_dir "$1")/init.pid"
}
nodex() { local p; p=$(node_pid "$1"); shift; "${SYS_ENV[@]}" nsenter -t "$p" -m -u -i -n -p -- "$@"; }

# --- network
netns() { # netns NAME: create it, loopback up
  [ -e "/run/netns/$1" ] || ip netns add "$1" || die "cannot create the network namespace $1; is the kernel without namespaces, or this a container without privileges?"
  # IPv6 off before anything starts: kube-apiserver dials itself on ::1 for ever if lo has that address at its start.
  in_net "$1" sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1
  in_net "$1" ip link set lo up
}
link() { # link NS ADDR...: a veth from NS (eth0) to the LAN's bridge. NS "root" is the machine itself.
  local ns=$1 port="p-${1#"$P"-}" a; shift
  if [ "$ns" = root ]; then
    ip link show "$LINK" > /dev/null 2>&1 || ip link add "$LINK" type veth peer name "$port" netns "$LAN_NS"
    ip addr replace "$1/24" dev "$LINK"; ip link set "$LINK" up
  else
    in_net "$ns" ip link show eth0 > /dev/null 2>&1 || in_net "$LAN_NS" ip link add "$port" type veth peer name eth0 netns "/run/netns/$ns"
    for a in "$@"; do in_net "$ns" ip addr replace "$a/24" dev eth0; done
    in_net "$ns" ip link set eth0 up
  fi
  in_net "$LAN_NS" ip link set "$port" master br0 up
}

# --- certificates
ca() { # ca NAME CN
  [ -f "$PKI/$1.crt" ] && return 0
  openssl ecparam -name prime256v1 -genkey -noout -out "$PKI/$1.key" 2>/dev/null
  openssl req -x509 -new -sha256 -key "$PKI/$1.key" -subj "/CN=$2" -days 3650 -out "$PKI/$1.crt" \
    -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign,cRLSign,digitalSignature 2>/dev/null
}
cert() { # cert CA NAME SUBJECT [SAN]
  local ca=$1 n=$2 subj=$3 san=${4:-}
  [ -f "$PKI/$n.crt" ] && return 0
  openssl ecparam -name prime256v1 -genkey -noout -out "$PKI/$n.key" 2>/dev/null
  openssl req -new -sha256 -key "$PKI/$n.key" -subj "$subj" -out "$PKI/$n.csr" 2>/dev/null
  { echo "keyUsage=critical,digitalSignature"; echo "extendedKeyUsage=clientAuth,serverAuth"
    [ -z "$san" ] || echo "subjectAltName=$san"; } > "$PKI/$n.ext"
  openssl x509 -req -sha256 -in "$PKI/$n.csr" -CA "$PKI/$ca.crt" -CAkey "$PKI/$ca.key" \
    -set_serial "0x$(openssl rand -hex 8)" -days 3650 -extfile "$PKI/$n.ext" -out "$PKI/$n.crt" 2>/dev/null \
    || die "openssl cannot sign the certificate $n"
  rm -f "$PKI/$n.csr" "$PKI/$n.ext"
}
kubeconfig() { # kubeconfig FILE CERTNAME
  [ -f "$1" ] && return 0
  (umask 077; cat > "$1" <<Y
apiVersion: v1
kind: Config
current-context: kuik
contexts: [{name: kuik, context: {cluster: kuik, user: me}}]
clusters:
- name: kuik
  cluster: {server: "https://$CP_IP:6443", certificate-authority-data: $(base64 -w0 "$PKI/ca.crt")}
users:
- name: me
  user: {client-certificate-data: $(base64 -w0 "$PKI/$2.crt"), client-key-data: $(base64 -w0 "$PKI/$2.key")}
Y
)
}
