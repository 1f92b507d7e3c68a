#!/usr/bin/env bash
# Installs what the browser tests need, where it is missing: Chromium and Chinese fonts (Debian or Ubuntu, root).
set -euo pipefail

missing=()
command -v chromium chromium-browser google-chrome google-chrome-stable > /dev/null || missing+=(chromium)
[ -n "$(fc-list :lang=zh 2> /dev/null)" ] || missing+=(fonts-noto-cjk fontconfig)
if [ ${#missing[@]} -gt 0 ]; then
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "${missing[@]}"
fi
