// SPDX-License-Identifier: Apache-2.0

//! # Circuits
//!
//! The two statements that Ligature proves, and what they are put together from.
//!
//! | module | what it holds |
//! |---|---|
//! | [`chain`] | one chain's half of a block: from its old root to its new one |
//! | [`join`] | the halves of all chains fit together, by the rules of swaps and liquidity |
//! | [`gadgets`] | bits and ranges, Poseidon, trees, signatures |
//! | [`r1cs`] | how a circuit is written down: numbers, constraints with labels, matrices |
//!
//! `docs/protocol.md` says what is proven, `docs/circuits.md` how and why so.

#![deny(missing_docs)]

pub mod chain;
pub mod gadgets;
pub mod join;
pub mod r1cs;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
