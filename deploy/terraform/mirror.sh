# shellcheck shell=bash
# Sourced by check.sh and by the tests that apply the module: terraform's own settings for this machine. The directories that
# terraform looks through by itself need none; another one is /opt/..., or below ETLWORKER_TERRAFORM_MIRROR.

# Writes a CLI configuration to a file and points terraform to it. One that the environment names and that is there stays.
use_mirror() {
  local provider
  if [ -n "${TF_CLI_CONFIG_FILE:-}" ] && [ -f "$TF_CLI_CONFIG_FILE" ]; then
    return
  fi
  : >"$1"
  # MIRROR/registry.terraform.io/hashicorp/aws/VERSION/OS_ARCH/terraform-provider-aws_vVERSION...
  provider=$(find "${ETLWORKER_TERRAFORM_MIRROR:-/opt}" -maxdepth 8 -path '*/registry.terraform.io/hashicorp/aws/*' \
    \( -name 'terraform-provider-aws_v*' -o -name 'terraform-provider-aws_*.zip' \) -print -quit 2>/dev/null)
  if [ -n "$provider" ]; then
    cat >"$1" <<HCL
provider_installation {
  filesystem_mirror {
    path    = "${provider%%/registry.terraform.io/*}"
    include = ["registry.terraform.io/hashicorp/aws"]
  }
  direct {
    exclude = ["registry.terraform.io/hashicorp/aws"]
  }
}
HCL
  fi
  export TF_CLI_CONFIG_FILE=$1
}
