// SPDX-License-Identifier: Apache-2.0

//! Measures the rollup on chain: what its calls weigh, what they take in the executor that nodes run runtimes in, and how
//! much of the rollup fits into the blocks of a chain. Prints lines `name value unit`.
//!
//! `scripts/bench chain` runs it. Times are of the processor and do not mind a busy machine much.
//!
//! | lines | what |
//! |---|---|
//! | `weight_…` | `weights.rs`: of each call at its worst case, and of a commit by size class |
//! | `wasm_…`, `native_…` | `measured.rs`: commit, prove and execute of full blocks, in WebAssembly and outside of it |
//! | `capacity_…` | `capacity.rs`: transfers and swaps per second that a chain's block limits allow |

mod capacity;
#[path = "../../../../zk-verifier/examples/bench_verifier/clock.rs"]
mod clock;
mod measured;
mod wasm;
mod weights;

use std::error::Error;

/// Prints a figure.
fn print(name: &str, value: f64, unit: &str) {
	println!("{name} {value:.3} {unit}");
}

fn main() -> Result<(), Box<dyn Error>> {
	weights::print_all()?;
	let bytes = measured::print_all()?;
	capacity::print_all(&bytes);
	Ok(())
}
