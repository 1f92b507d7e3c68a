#!/usr/bin/env bash
# A Slurm of one node, for tests: tests/slurm/slurm.sh start FOLDER | stop FOLDER | install FOLDER
# Needs Debian or Ubuntu and root; installs slurm-wlm and munge when they are missing. Everything that it writes is in FOLDER, where
# slurm.conf says where the commands find their controller (export SLURM_CONF=FOLDER/slurm.conf); daemons listen on loopback.
set -euo pipefail

action=${1:?start, stop or install} folder=$(mkdir -p "${2:?folder}" && cd "$2" && pwd)

install() {
    if command -v slurmctld slurmd munged sbatch > /dev/null; then return; fi
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends slurm-wlm munge > "$folder/apt.log" 2>&1
}

stop() {
    for name in slurmd slurmctld munged; do
        if [ -s "$folder/$name.pid" ]; then
            kill "$(cat "$folder/$name.pid")" 2> /dev/null || true
        fi
    done
    pid=
    for name in slurmd slurmctld munged; do
        pid=$(cat "$folder/$name.pid" 2> /dev/null || true)
        for _ in $(seq 100); do
            if [ -z "$pid" ] || ! kill -0 "$pid" 2> /dev/null; then break; fi
            sleep 0.1
        done
        rm -f "$folder/$name.pid"
    done
}

daemon() { # daemon NAME COMMAND...: start it in the background and remember its process
    local name=$1
    shift
    setsid nohup "$@" > "$folder/$name.out" 2>&1 < /dev/null &
    echo $! > "$folder/$name.pid"
}

free_port() {
    python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

start() {
    install
    mkdir -p "$folder"/{state,spool,munge}
    chmod 755 "$folder"
    chmod 700 "$folder/munge"
    dd if=/dev/urandom of="$folder/munge/key" bs=1024 count=1 status=none
    chmod 400 "$folder/munge/key"
    local host cpus memory
    host=$(hostname -s)
    cpus=$(nproc)
    memory=$(awk '/MemTotal/ {print int($2 / 1024 * 0.8)}' /proc/meminfo)
    cat > "$folder/slurm.conf" << CONF
ClusterName=test
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=$(free_port)
SlurmdPort=$(free_port)
CommunicationParameters=NoInAddrAny,NoCtldInAddrAny
AuthType=auth/munge
AuthInfo=socket=$folder/munge/socket
CryptoType=crypto/munge
SlurmUser=root
SlurmdUser=root
StateSaveLocation=$folder/state
SlurmdSpoolDir=$folder/spool
SlurmctldPidFile=$folder/slurmctld.own.pid
SlurmdPidFile=$folder/slurmd.own.pid
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SchedulerType=sched/backfill
SchedulerParameters=bf_interval=1,sched_interval=1
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
ReturnToService=2
KillWait=1
MpiDefault=none
NodeName=$host NodeAddr=127.0.0.1 CPUs=$cpus RealMemory=$memory State=UNKNOWN
PartitionName=test Nodes=$host Default=YES MaxTime=INFINITE State=UP
CONF
    export SLURM_CONF="$folder/slurm.conf"
    daemon munged munged --foreground --force --key-file="$folder/munge/key" --socket="$folder/munge/socket" \
        --pid-file="$folder/munge/pid" --log-file="$folder/munge/log" --seed-file="$folder/munge/seed"
    for _ in $(seq 100); do [ -S "$folder/munge/socket" ] && break; sleep 0.1; done
    daemon slurmctld slurmctld -D -c
    daemon slurmd slurmd -D
    for _ in $(seq 300); do
        if [ "$(sinfo --noheader --format=%T 2> /dev/null)" = idle ]; then
            echo "$folder/slurm.conf"
            return
        fi
        sleep 0.2
    done
    echo "Slurm did not come up:" >&2
    tail -v -n 5 -- "$folder"/*.out >&2
    stop
    exit 1
}

"$action"
