# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# What the scripts share: environment, messages, timed stages. To be sourced, not run.

set -euo pipefail

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$ROOT"

# --- environment -----------------------------------------------------------------------------

# Everything that outlives a clone: build artefacts, tools, the WebAssembly toolchain where
# rustup has none. A second clone compiles only the project's own crates.
CACHE=${XDG_CACHE_HOME:-$HOME/.cache}/ligature
TOOLS=$CACHE/tools
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$CACHE/target}
export PATH=$TOOLS/bin:${CARGO_HOME:-$HOME/.cargo}/bin:$PATH

# The target folder lies outside the clone, so the runtime's build script must be told where the
# workspace is.
export WASM_BUILD_WORKSPACE_HINT=$ROOT

# Toolchain for the WebAssembly runtime, where `scripts/setup` had to build one (see there).
WASM_TOOLCHAIN=ligature-wasm
WASM_TOOLCHAIN_DIR=$CACHE/wasm-toolchain
use_wasm_toolchain() {
	if [[ -e $WASM_TOOLCHAIN_DIR/ready ]]; then
		export WASM_BUILD_TOOLCHAIN=$WASM_TOOLCHAIN
	fi
}
use_wasm_toolchain

# Runs `scripts/setup`, which may have made that toolchain only now.
set_up() {
	scripts/setup "$@"
	use_wasm_toolchain
}

# These options make cargo resolve the same features in every command, dev-dependencies
# included. A plain `cargo build` or `cargo doc` leaves those out, and then compiles the JSON-RPC
# crates and all that depends on them a second time.
# shellcheck disable=SC2034 # used by the scripts that source this file
SAME_FEATURES=(--bins --examples)

# shellcheck disable=SC2034 # used by the scripts that source this file
NODE_BINARY=$CARGO_TARGET_DIR/debug/ligature-node

SCRIPT=$(basename "$0")
LOGS=$CARGO_TARGET_DIR/logs/$SCRIPT

# --- messages --------------------------------------------------------------------------------

if [[ -t 1 && -z ${NO_COLOR:-} ]]; then
	TERMINAL=1 BOLD=$'\e[1m' DIM=$'\e[2m' RED=$'\e[31m' GREEN=$'\e[32m' RESET=$'\e[0m'
else
	TERMINAL='' BOLD='' DIM='' RED='' GREEN='' RESET=''
fi

say() { printf '%s\n' "$*"; }
good() { printf '%s✓%s %s\n' "$GREEN" "$RESET" "$*"; }
die() {
	printf '%s✗ %s%s\n' "$RED" "$*" "$RESET" >&2
	exit 1
}

# Prints the comment block below the licence line of the script: its help text.
usage() { awk 'NR > 2 { if (!/^#/) exit; sub(/^# ?/, ""); print }' "$0"; }

# elapsed SECONDS: as m:ss
elapsed() { printf '%d:%02d' $(($1 / 60)) $(($1 % 60)); }

trap 'printf "%s✗ %s, line %s: a command failed%s\n" "$RED" "$SCRIPT" "$LINENO" "$RESET" >&2' ERR
trap 'stop_ticker' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# --- stages ----------------------------------------------------------------------------------

TICKER=
STAGE_TIMES=()

# stage NAME "what it does" COMMAND...
# Runs the command with its output in a log, shows elapsed time and the log's last line meanwhile.
# If it fails: prints the log's tail and ends the script. Leaves the log's path in $LOG.
stage() {
	local name=$1 what=$2 start=$SECONDS status=0
	shift 2
	mkdir -p "$LOGS"
	LOG=$LOGS/$name.log
	: >"$LOG"
	say "${BOLD}▶ $name${RESET} ${DIM}$what${RESET}"
	start_ticker "$LOG"
	# A subshell that is not part of a condition: `set -e` keeps its meaning inside.
	set +e
	trap - ERR
	(
		set -e
		CARGO_TERM_COLOR=never "$@"
	) >"$LOG" 2>&1 </dev/null
	status=$?
	set -e
	trap 'printf "%s✗ %s, line %s: a command failed%s\n" "$RED" "$SCRIPT" "$LINENO" "$RESET" >&2' ERR
	stop_ticker
	local took=$((SECONDS - start))
	if ((status != 0)); then
		say "${DIM}── the last lines of $LOG${RESET}"
		tail -n "${LIGATURE_TAIL:-60}" "$LOG"
		die "$name failed after $(elapsed $took) (exit status $status; log: $LOG)"
	fi
	STAGE_TIMES+=("$took $name")
	good "$name ${DIM}$(elapsed $took)${RESET}"
}

# On a terminal one line that changes every second; elsewhere one line a minute.
start_ticker() {
	local log=$1 parent=$$ start=$SECONDS width
	width=$(($(tput cols 2>/dev/null || echo 100) - 10))
	(
		trap - ERR EXIT
		trap '' INT
		next=60
		while sleep 1 && kill -0 "$parent" 2>/dev/null; do
			seconds=$((SECONDS - start))
			if [[ $TERMINAL ]]; then
				printf '\r\e[K  %s %.*s' "$(elapsed $seconds)" "$width" "$(last_line "$log")"
			elif ((seconds >= next)); then
				printf '  %s %.*s\n' "$(elapsed $seconds)" "$width" "$(last_line "$log")"
				next=$((seconds + 60))
			fi
		done
	) &
	TICKER=$!
}

stop_ticker() {
	if [[ $TICKER ]]; then
		kill "$TICKER" 2>/dev/null || true
		wait "$TICKER" 2>/dev/null || true
		TICKER=
		if [[ $TERMINAL ]]; then printf '\r\e[K'; fi
	fi
}

last_line() { tail -n 1 "$1" 2>/dev/null | tr -d '\r' | sed 's/^ *//'; }

# The wall time of each stage so far, and their sum.
stage_table() {
	local row total=0
	say ''
	say "${BOLD}stage               time${RESET}"
	for row in "${STAGE_TIMES[@]}"; do
		printf '%-16s %7s\n' "${row#* }" "$(elapsed "${row%% *}")"
		total=$((total + ${row%% *}))
	done
	printf '%-16s %7s\n' total "$(elapsed $total)"
}
