// SPDX-License-Identifier: Apache-2.0

//! The verifier inside the executor that nodes run runtimes in.
//!
//! Compiled without `std` for `wasm32v1-none`, this library is a blob with functions of a runtime's
//! calling convention: `decoded`, `single`, `bundle` and `product`, each with the name of an engine
//! behind it. With `std` the same [`Work`] runs natively; the program `bench_verifier_wasm`
//! compares and measures both. `scripts/bench verifier` builds and runs all of it.
//!
//! The blob has what a runtime has around a verification: the allocator that calls the host, checks
//! for overflow, no instructions of WebAssembly newer than its first version.

#![cfg_attr(not(feature = "std"), no_std)]
#![deny(missing_docs, missing_debug_implementations)]

extern crate alloc;

#[cfg(not(feature = "std"))]
mod exports;
mod work;

pub use work::{ClaimBytes, Work};
