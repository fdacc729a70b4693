// SPDX-License-Identifier: Apache-2.0

//! # Two chains under test
//!
//! The whole of the chain side in one process: the real runtime with the genesis of the presets `alpha` and
//! `beta`, real extrinsics through the executive, the real ledger between the two, certificates under the keys of the
//! four development oracles, and Groth16 proofs that the runtime verifies. Nothing stands in for anything; only the
//! node, its network and its clock are missing.
//!
//! | file | holds |
//! |---|---|
//! | [`chain`] | [`Chain`]: one runtime, its blocks and clock; sends extrinsics, checks the state after each block |
//! | [`people`] | [`Person`]: the development accounts with their keys on both layers |
//! | [`network`] | [`Network`]: both chains and the ledger, from genesis to blocks that are sealed |
//! | [`requests`] | from a request in a queue to the operation that serves it |
//! | [`wallet`] | what users sign on the ledger |
//! | [`oracles`] | votes and certificates |
//! | [`proofs`] | proofs: made by the prover, or simulated from the development secrets |
//! | [`settlement`] | commit, prove, certify, execute: on one chain, or all the way |
//! | [`exits`] | claims in exodus |
//! | [`fuzz`] | random calls of anybody, and what must hold after each |
//! | [`purses`] | who has what on L1, and who is due what |
//! | [`solvency`] | what must be true of both chains and the ledger at all times |
//! | [`story`] | what people do, at random and from a seed |
//!
//! ```no_run
//! use ligature_chain_tests::{ALPHA, BETA, CHARLIE, Network, Target};
//!
//! let mut network = Network::open();
//! network.deposit(ALPHA, CHARLIE, 1, 5_000_000);
//! let block = network.block(|ledger| ledger.withdraw(ALPHA, CHARLIE, 1, 1_000_000));
//! network.settle(&block);
//! # let _ = (BETA, Target::New);
//! ```
//!
//! Every step is also there alone, for a test that does it wrongly.

#![deny(missing_docs)]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a panic is how a test reports")]

pub mod chain;
pub mod exits;
pub mod fuzz;
pub mod network;
pub mod oracles;
pub mod people;
pub mod proofs;
pub mod purses;
pub mod requests;
pub mod settlement;
pub mod solvency;
pub mod story;
pub mod wallet;

pub use chain::{Applied, Chain};
pub use ligature_primitives::op::Target;
pub use network::{ALPHA, BETA, Built, Network};
pub use people::{ALICE, BOB, CHARLIE, DAVE, EVE, FERDIE, ONE, Person, TWO};
pub use purses::Purses;
pub use story::{Story, USDC_WBTC, USDT_WBTC, USDT_WETH, USERS};
