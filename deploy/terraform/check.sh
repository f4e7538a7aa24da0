#!/usr/bin/env bash
# Checks the module without an AWS account: format, validate, and `terraform test` with a mock provider.
#   ./check.sh [options of terraform test, such as -filter=tests/refusals.tftest.hcl]
# Does all its own set-up and leaves nothing behind. Exit 0 when all is well, 1 when not, 77 when it cannot be told here.
set -uo pipefail
cd "$(dirname "$0")" || exit 1

skip() { printf 'skipped: %s\n' "$1"; exit 77; }
fail() { cat "$log"; printf 'failed: %s\n' "$1"; exit 1; }

command -v terraform >/dev/null || skip "there is no terraform on this machine (https://developer.hashicorp.com/terraform/install)"

scratch=$(mktemp -d)
log=$scratch/log
trap 'rm -rf "$scratch"' EXIT
cp -R .. "$scratch/deploy"
rm -rf "$scratch"/deploy/terraform/{.terraform,.terraform.lock.hcl}
find "$scratch/deploy/terraform" -maxdepth 1 \( -name '*.tfvars' -o -name '*.tfvars.json' -o -name '*override.tf' \
  -o -name backend.tf -o -name '*.tfstate*' \) -delete

# The provider from a directory of this machine where there is one (a filesystem mirror), else from the registry.
. ./mirror.sh
use_mirror "$scratch/cli.tfrc"

terraform fmt -check -recursive . >"$log" 2>&1 ||
  fail "terraform fmt -check (these files; correct: terraform fmt -recursive deploy/terraform)"
cd "$scratch/deploy/terraform" || exit 1
if ! terraform init -input=false -no-color >"$log" 2>&1; then
  # Not reached is not wrong; anything else is.
  grep -qE 'could not connect|no such host|Failed to query available provider packages|dial tcp|timeout' "$log" &&
    skip "the AWS provider could not be had: $(grep -m 1 -E 'Get|could not|does not' "$log")"
  fail "terraform init"
fi
for name in $(sed -nE 's/^(variable|output) "(.*)" \{/\2/p' variables.tf outputs.tf); do
  grep -q "^| \`$name\` |" README.md || fail "README.md does not tell of $name"
done
terraform validate -no-color >"$log" 2>&1 || fail "terraform validate"
terraform test -no-color "$@" >"$log" 2>&1 || fail "terraform test"
tail -n 1 "$log"
