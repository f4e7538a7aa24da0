#!/usr/bin/env bash
# Has the distribution install security updates by itself, by its own means. Safe to run again.
# Amazon Linux 2023 (package dnf-automatic), Debian and Ubuntu (package unattended-upgrades).
set -euo pipefail

if [ -f /etc/dnf/automatic.conf ]; then
  # Amazon Linux 2023 stays at the release of its image unless configured otherwise.
  if grep -q '^ID="amzn"' /etc/os-release; then echo latest >/etc/dnf/vars/releasever; fi
  sed -i -E 's/^(upgrade_type) *=.*/\1 = security/; s/^(apply_updates) *=.*/\1 = yes/; s/^(random_sleep) *=.*/\1 = 0/' \
    /etc/dnf/automatic.conf
  systemctl --quiet enable --now dnf-automatic.timer
  echo "Security updates: dnf-automatic.timer"
elif command -v unattended-upgrade >/dev/null; then
  printf 'APT::Periodic::Update-Package-Lists "1";\nAPT::Periodic::Unattended-Upgrade "1";\n' >/etc/apt/apt.conf.d/52etlworker
  systemctl --quiet enable --now apt-daily.timer apt-daily-upgrade.timer
  echo "Security updates: apt-daily-upgrade.timer"
else
  echo "Security updates are not automatic: install dnf-automatic or unattended-upgrades, then run this again." >&2
  exit 1
fi
